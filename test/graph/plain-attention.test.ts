/** @file Attention by its formula gives what the fused kernel gives on the CPU, where that is right. */
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { expect, it } from 'vitest';
import { TorchCpuGenerator } from '../../src/diffusion/random/torch-cpu-generator.js';
import { attention, causalBias, compile, Graph } from '../../src/graph/index.js';
import { plainAttention } from '../../src/graph/lowering/plain-attention.js';
import { encodeModel } from '../../src/graph/onnx/encode.js';

it.each([
  ['across 77 keys', 100, 77, 16, 2, false],
  ['with a causal bias', 77, 77, 24, 3, true],
  ['of one head', 33, 33, 8, 1, false],
])('%s', async (_, rows, keys, width, heads, isCausal) => {
  const graph = new Graph();
  const [query, key, value] = [
    graph.input('query', [2, rows, width]),
    graph.input('key', [2, keys, width]),
    graph.input('value', [2, keys, width]),
  ];
  graph.output('result', attention(query, key, value, heads, isCausal ? causalBias(query, rows) : undefined));
  const generator = new TorchCpuGenerator(0);
  const feeds = {
    query: generator.normal(2 * rows * width),
    key: generator.normal(2 * keys * width),
    value: generator.normal(2 * keys * width),
  };
  const fused = await compile(graph, { threads: 1 });
  const { result: expected = new Float32Array() } = await fused.run(feeds);
  await fused.release();

  const { bytes, outputs } = encodeModel(graph, { replacements: plainAttention(graph) });
  expect(Buffer.from(bytes).includes('MultiHeadAttention')).toBe(false);
  const plain = await InferenceSession.create(bytes, { intraOpNumThreads: 1 });
  const tensors = Array.from(graph.inputs, ([name, { shape }]) => [
    name,
    new Tensor('float32', feeds[name as keyof typeof feeds], shape),
  ]);
  const results = await plain.run(Object.fromEntries(tensors));
  const found = results[outputs.get('result') ?? '']?.data as Float32Array;
  await plain.release();
  expect(found.length).toBe(expected.length);
  const worst = expected.reduce((most, number, index) => Math.max(most, Math.abs(number - (found[index] ?? 9))), 0);
  expect(worst).toBeLessThan(2e-6);
});
