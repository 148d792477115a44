/** @file Decomposed operators compute what the fused kernels compute on the CPU, where these are right. */
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { expect, it } from 'vitest';
import { TorchCpuGenerator } from '../../src/diffusion/random/torch-cpu-generator.js';
import { attention, causalBias, compile, conv2d, Graph, matmul, sizeOf } from '../../src/graph/index.js';
import { replaceNodes } from '../../src/graph/ir/subgraph.js';
import { decomposeAttention } from '../../src/graph/lowering/decompose-attention.js';
import { decomposeProducts } from '../../src/graph/lowering/decompose-products.js';
import { paddedConvolutions } from '../../src/graph/lowering/padded-convolutions.js';
import { encodeModel } from '../../src/graph/onnx/encode.js';

type Replacements = Parameters<typeof replaceNodes>[1];

const fusedNodes = (graph: Graph, block: number): Replacements =>
  new Map([...decomposeAttention(graph, block), ...decomposeProducts(graph)]);

/** Whether an encoded graph names an operator. */
const names = (bytes: Uint8Array, operator: string): boolean => Buffer.from(bytes).includes(operator);

/** The largest difference between a graph with its fused nodes and without them. */
async function fusedDifference(graph: Graph, fused: string, block = 1e6): Promise<number> {
  const replacements = fusedNodes(graph, block);
  expect(names(encodeModel(graph).bytes, fused)).toBe(true);
  expect(names(encodeModel(replaceNodes(graph, replacements)).bytes, fused)).toBe(false);
  return await difference(graph, replacements);
}

/** The largest difference between the `result` of a graph with and without replacements. */
async function difference(
  graph: Graph,
  replacements: Replacements,
  generator = new TorchCpuGenerator(0),
): Promise<number> {
  const feeds = Object.fromEntries(
    Array.from(graph.inputs, ([name, { shape }]) => [name, generator.normal(sizeOf(shape))] as const),
  );
  const compiled = await compile(graph, { threads: 1 });
  const { result: expected = new Float32Array() } = await compiled.run(feeds);
  await compiled.release();
  const { bytes, outputs } = encodeModel(replaceNodes(graph, replacements));
  const plain = await InferenceSession.create(bytes, { intraOpNumThreads: 1 });
  const tensors = Array.from(graph.inputs, ([name, { shape }]) => [
    name,
    new Tensor('float32', feeds[name] ?? new Float32Array(), shape),
  ]);
  const results = await plain.run(Object.fromEntries(tensors));
  const found = results[outputs.get('result') ?? '']?.data as Float32Array;
  await plain.release();
  expect(found.length).toBe(expected.length);
  return expected.reduce((most, number, index) => Math.max(most, Math.abs(number - (found[index] ?? Number.NaN))), 0);
}

it.each([
  ['across 77 keys', 100, 77, 16, 2, false],
  ['with a causal bias', 77, 77, 24, 3, true],
  ['of one head', 33, 33, 8, 1, false],
])('attention %s', async (_, rows, keys, width, heads, isCausal) => {
  const graph = new Graph();
  const inputs = [graph.input('query', [2, rows, width]), graph.input('key', [2, keys, width])] as const;
  const value = graph.input('value', [2, keys, width]);
  graph.output('result', attention(...inputs, value, heads, isCausal ? causalBias(value, rows) : undefined));
  expect(await fusedDifference(graph, 'MultiHeadAttention')).toBeLessThan(2e-6);
});

it('attention in blocks of queries', async () => {
  const graph = new Graph();
  const inputs = [graph.input('query', [2, 100, 16]), graph.input('key', [2, 77, 16])] as const;
  const value = graph.input('value', [2, 77, 16]);
  const bias = graph.constant(new TorchCpuGenerator(1).normal(7700), [1, 1, 100, 77]);
  graph.output('result', attention(...inputs, value, 2, bias));
  const before = graph.nodes.length;
  // 7 queries of all heads at once: 15 blocks, the last of 2.
  expect(await fusedDifference(graph, 'MultiHeadAttention', 2 * 2 * 7 * 77)).toBeLessThan(2e-6);
  expect(graph.nodes.slice(before).filter(({ op }) => op.type === 'Softmax')).toHaveLength(15);
});

it('leaves attention as it is where the fused kernel is right', () => {
  const graph = new Graph();
  const [query, key] = [graph.input('query', [1, 31, 16]), graph.input('key', [1, 100, 16])];
  graph.output('result', attention(query, key, key, 2));
  expect(decomposeAttention(graph, 1e6).size).toBe(0);
});

it.each([
  [[3, 4, 5], [3, 5, 6], {}],
  [[3, 5, 4], [3, 6, 5], { transA: true, transB: true, alpha: 0.5 }],
  [[2, 3, 4, 5], [2, 3, 6, 5], { transB: true }],
  [[5, 4], [5, 6], { transA: true, alpha: -2 }],
] as const)('a product of %j and %j', async (a, b, options) => {
  const graph = new Graph();
  graph.output('result', matmul(graph.input('a', a), graph.input('b', b), options));
  expect(await fusedDifference(graph, 'FusedMatMul')).toBeLessThan(1e-6);
});

it('pads convolutions that WebGPU computes wrongly, and no others', async () => {
  const generator = new TorchCpuGenerator(4);
  const build = (channels: number): Graph => {
    const graph = new Graph();
    const weight = graph.constant(generator.normal(8 * channels * 9), [8, channels, 3, 3]);
    const bias = graph.constant(generator.normal(8));
    graph.output('result', conv2d(graph.input('x', [2, channels, 5, 7]), weight, bias, { padding: 1, stride: 2 }));
    return graph;
  };
  for (const channels of [3, 4, 5, 8, 10, 12]) expect(paddedConvolutions(build(channels)).size).toBe(0);
  const graph = build(9);
  const replacements = paddedConvolutions(graph);
  expect(replacements.size).toBe(1);
  expect(names(encodeModel(replaceNodes(graph, replacements)).bytes, 'Pad')).toBe(true);
  expect(await difference(graph, replacements, generator)).toBeLessThan(5e-6);
});
