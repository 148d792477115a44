/** @file Reads as torch converts, and writes complete files or none. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { LoraBridgeError } from '../../src/errors/lora-bridge-error.js';
import { openSafetensors } from '../../src/safetensors/header.js';
import { readTensor, readTensorBytes } from '../../src/safetensors/read.js';
import { writeSafetensors } from '../../src/safetensors/write.js';

const golden = fileURLToPath(new URL('../goldens/safetensors-types/types.safetensors', import.meta.url));

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'safetensors-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

it('reads float16 and bfloat16 exactly as torch rounds them', () => {
  const file = openSafetensors(golden);
  const exact = readTensor(file, 'f32');
  const half = readTensor(file, 'f16');
  const brain = readTensor(file, 'bf16');
  expect(exact.length).toBeGreaterThan(4000);
  for (let i = 0; i < exact.length; i++) {
    const value = exact[i] ?? Number.NaN;
    const error = Math.abs((half[i] ?? Number.NaN) - value);
    const largest = Math.abs(value) >= 65520;
    if (!largest) expect(error).toBeLessThanOrEqual(Math.max(Math.abs(value) / 2048, 2 ** -25));
    else if (Number.isFinite(value)) expect(half[i]).toBe(Math.sign(value) * Number.POSITIVE_INFINITY);
    if (Number.isFinite(value))
      expect(Math.abs((brain[i] ?? Number.NaN) - value)).toBeLessThanOrEqual(Math.abs(value) / 256);
  }
});

it('writes float16 with the same bits as torch', () => {
  const file = openSafetensors(golden);
  const data = readTensor(file, 'f32');
  const path = join(folder, 'half.safetensors');
  writeSafetensors(path, { f16: { shape: [data.length], data } }, { dtype: 'F16' });
  expect(readTensorBytes(openSafetensors(path), 'f16').equals(readTensorBytes(file, 'f16'))).toBe(true);
});

it('reads back what it wrote, with metadata, and leaves nothing else in the folder', () => {
  const path = join(folder, 'whole.safetensors');
  const data = Float32Array.from([1, -2, 3.5, 1e-30, 0, 7]);
  const metadata = { 'modelspec.title': 'Godette 日本', ss_network_dim: '4' };
  writeSafetensors(path, { x: { shape: [2, 3], data }, empty: { shape: [0], data: new Float32Array() } }, { metadata });
  const file = openSafetensors(path);
  expect(file.metadata).toEqual(metadata);
  expect(file.tensors.get('x')?.shape).toEqual([2, 3]);
  expect(readTensor(file, 'x')).toEqual(data);
  expect(readTensor(file, 'empty').length).toBe(0);
  expect(file.tensors.get('x')?.begin).toSatisfy((begin: number) => begin % 8 === 0);
  expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
});

it('keeps the older file when writing fails', () => {
  const path = join(folder, 'kept.safetensors');
  const shape = [1];
  writeSafetensors(path, { x: { shape, data: Float32Array.of(1) } });
  const before = readFileSync(path);
  expect(() => writeSafetensors(path, { x: { shape, data: Float32Array.of(1, 2) } })).toThrow(/8 bytes/);
  expect(readFileSync(path).equals(before)).toBe(true);
  expect(() => writeSafetensors(join(folder, 'none', 'x'), { x: { shape, data: Float32Array.of(1) } })).toThrow(
    expect.objectContaining({ code: 'input.file.missing' }),
  );
});

it('names a missing tensor and its file', () => {
  const file = openSafetensors(golden);
  expect(() => readTensor(file, 'nope')).toThrow(LoraBridgeError);
  expect(() => readTensor(file, 'nope')).toThrow(/types\.safetensors has no tensor nope/);
});
