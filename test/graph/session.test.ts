/** @file Sessions: weights stay in their files, links are followed, the working directory is unchanged, and misuse is reported. */
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { compile, Graph, gather, linear, matmul, mul, reduceSum, reshape, weight } from '../../src/graph/index.js';
import { encodeModel } from '../../src/graph/onnx/encode.js';
import { openSafetensors } from '../../src/safetensors/header.js';
import { writeSafetensors } from '../../src/safetensors/write.js';
import { randomNumbers } from './finite-differences.js';

let folder = '';
let link = '';
const rows = 512;
const data = randomNumbers(rows * 16, 1);
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'graph-'));
  mkdirSync(join(folder, 'blobs'));
  mkdirSync(join(folder, 'snapshot'));
  const file = join(folder, 'blobs', 'sha');
  // Preceded by another tensor, so that the offset cannot be guessed.
  writeSafetensors(file, { first: { shape: [3], data: Float32Array.of(1, 2, 3) }, w: { shape: [rows, 16], data } });
  link = join(folder, 'snapshot', 'model.safetensors');
  symlinkSync(file, link);
});
afterAll(() => rmSync(folder, { recursive: true }));

function product(storage: 'mapped' | 'resident', range?: [number, number]): Graph {
  const graph = new Graph({ weights: storage });
  const w = weight(graph, openSafetensors(link), 'w', range ? { rows: range } : {});
  graph.output('y', linear(graph.input('x', [1, 16]), w));
  return graph;
}

it.each(['mapped', 'resident'] as const)(
  'computes with %s weights behind a link, and rows of them',
  async (storage) => {
    const before = process.cwd();
    const x = randomNumbers(16, 2);
    const results: Float32Array[] = [];
    for (const range of [undefined, [100, 108] as [number, number]]) {
      const compiled = await compile(product(storage, range), { threads: 1 });
      results.push((await compiled.run({ x })).y ?? new Float32Array());
      await compiled.release();
    }
    expect(process.cwd()).toBe(before);
    const [whole = new Float32Array(), part = new Float32Array()] = results;
    expect(whole.length).toBe(rows);
    const expected = x.reduce((sum, number, i) => sum + number * (data[105 * 16 + i] ?? 0), 0);
    expect(whole[105]).toBeCloseTo(expected, 5);
    expect(Array.from(part)).toEqual(Array.from(whole.subarray(100, 108)));
  },
);

it('excludes mapped weights from the model, and includes resident ones', () => {
  expect(encodeModel(product('mapped')).bytes.length).toBeLessThan(1000);
  expect(encodeModel(product('resident')).bytes.length).toBeGreaterThan(data.byteLength);
});

it('hides the shapes of large reshapes from the runtime, where memory is to be freed', async () => {
  const graph = product('mapped');
  const large = reshape(mul(graph.input('large', [1024, 512]), 2), [512, 1024]);
  graph.output('sum', reduceSum(large, [0, 1], false));
  expect(encodeModel(graph).constants.size).toBe(0);
  expect(encodeModel(graph, { returnsMemory: true }).constants.size).toBe(1);
  const compiled = await compile(graph, { threads: 1 });
  const { sum } = await compiled.run({ x: randomNumbers(16, 2), large: new Float32Array(2 ** 19).fill(0.25) });
  await compiled.release();
  expect(sum?.[0]).toBe(2 ** 18);
});

it('opens sessions that are requested together one after the other', async () => {
  const before = process.cwd();
  const compiled = await Promise.all([1, 2, 3].map(() => compile(product('mapped'), { threads: 1 })));
  expect(process.cwd()).toBe(before);
  await Promise.all(compiled.map((session) => session.release()));
});

it('takes int32 and int64 indices', async () => {
  const graph = new Graph({ weights: 'mapped' });
  const table = weight(graph, openSafetensors(link), 'w');
  graph.output('a', gather(table, graph.input('i', [2], 'int32')));
  graph.output('b', gather(table, graph.input('j', [2], 'int64')));
  const compiled = await compile(graph, { threads: 1 });
  const { a, b } = await compiled.run({ i: Int32Array.of(5, 9), j: BigInt64Array.of(5n, 9n) });
  await compiled.release();
  expect(a).toEqual(b);
  expect(Array.from(a ?? [])).toEqual([...data.subarray(5 * 16, 6 * 16), ...data.subarray(9 * 16, 10 * 16)]);
});

it('names an input that is missing or of the wrong size', async () => {
  const compiled = await compile(product('mapped'), { threads: 1 });
  await expect(compiled.run({})).rejects.toThrow(/Input x needs 16 values/);
  await expect(compiled.run({ x: new Float32Array(3) })).rejects.toThrow(/not 3/);
  await compiled.release();
});

it('reports shape errors while the graph is built', () => {
  const graph = new Graph();
  const [a, b] = [graph.input('a', [2, 3]), graph.input('b', [2, 3])];
  expect(() => matmul(a, b)).toThrow(expect.objectContaining({ code: 'internal.graph.shape' }));
  expect(() => weight(graph, openSafetensors(link), 'w', { shape: [7, 7] })).toThrow(
    expect.objectContaining({ code: 'input.safetensors.tensor', file: link }),
  );
});

const cudaProvider = new URL(
  '../../node_modules/onnxruntime-node/bin/napi-v6/linux/x64/libonnxruntime_providers_cuda.so',
  import.meta.url,
);
it.skipIf(existsSync(cudaProvider))('names the device that is not there', async () => {
  await expect(compile(product('mapped'), { device: 'cuda' })).rejects.toThrow(
    expect.objectContaining({ code: 'resource.device.missing' }),
  );
});
