/** @file Files of torch.save give torch's tensors, and run no code. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, it } from 'vitest';
import { openSafetensors } from '../../src/safetensors/header.js';
import { readTensorBytes } from '../../src/safetensors/read.js';
import { openTorchFile, type TorchFile } from '../../src/torch-file/torch-file.js';

const golden = (name: string): string => fileURLToPath(new URL(`../goldens/torch-files/${name}`, import.meta.url));
const expected = openSafetensors(golden('expected.safetensors'));

let file: TorchFile | undefined;
afterEach(() => file?.close());

it.each(['lightning.ckpt', 'plain.bin', 'protocol-4.pt'])('%s: every type and stride, bit for bit', async (name) => {
  file = await openTorchFile(golden(name));
  expect([...file.tensors.keys()].sort()).toEqual([...expected.tensors.keys()].sort());
  for (const { name: key, dtype, shape } of expected.tensors.values()) {
    const tensor = file.tensors.get(key);
    expect([tensor?.dtype, tensor?.shape]).toEqual([dtype, shape]);
    expect(Buffer.from(tensor?.bytes() ?? []).equals(readTensorBytes(expected, key)), key).toBe(true);
  }
});

it('reports what it skipped', async () => {
  file = await openTorchFile(golden('lightning.ckpt'));
  expect(file.leftOut).toContain('optimizer_states');
  expect(file.uncalled.some((name) => name.startsWith('numpy.'))).toBe(true);
});

it('names a command that the file would run, and does not run it', async () => {
  file = await openTorchFile(golden('hostile.ckpt'));
  expect([...file.tensors.keys()]).toEqual(['weight']);
  expect(file.uncalled).toEqual(['posix.system']);
  expect(existsSync('/tmp/lora-bridge-was-here')).toBe(false);
  expect(readFileSync(golden('hostile.ckpt')).includes('touch /tmp/lora-bridge-was-here')).toBe(true);
});
