/** @file Which nodes of a graph are computed in 16 bits, and that a CPU rounds them accordingly. */
import { expect, it } from 'vitest';
import {
  add,
  compile,
  Graph,
  gelu,
  gemm,
  layerNorm,
  mul,
  reduceMean,
  reshape,
  softmax,
  split,
  type Value,
} from '../../src/graph/index.js';
import { halfPrecision } from '../../src/graph/lowering/half-precision.js';
import type { Device } from '../../src/graph/runtime/runtime.js';

/** `Type in,in>out` of every node; the types of floats only. */
function signatures(graph: Graph, device: Device = 'cuda'): string[] {
  const short = (value: Value | undefined) =>
    value?.dtype.startsWith('float') ? [value.dtype.replace('float', 'f')] : [];
  return halfPrecision(graph, device).nodes.map(
    ({ op, inputs, outputs }) => `${op.type} ${inputs.flatMap(short)}>${outputs.flatMap(short)}`,
  );
}

it('products are in 16 bits, sums in 32; between products nothing is widened', () => {
  const graph = new Graph();
  const [x, w] = [graph.input('x', [4, 8]), graph.input('w', [8, 8])];
  const first = gemm(x, w);
  const hidden = gelu(add(mul(first, 0.5), first));
  graph.output('y', reduceMean(gemm(hidden, w), [0, 1], false));
  expect(signatures(graph)).toEqual([
    'Cast f32>f16',
    'Cast f32>f16',
    'Gemm f16,f16>f16',
    'Cast f32>f16',
    'Mul f16,f16>f16',
    'Add f16,f16>f16',
    'Gelu f16>f16',
    'Gemm f16,f16>f16',
    'Cast f16>f32',
    'ReduceMean f32>f32',
  ]);
});

it('statistics and what is returned are float32', () => {
  const graph = new Graph();
  const scale = graph.input('scale', [8]);
  const x = gemm(graph.input('x', [4, 8]), graph.input('w', [8, 8]));
  graph.output('y', layerNorm(x, scale, undefined, 1e-5));
  const subgraph = halfPrecision(graph, 'cuda');
  const [norm] = subgraph.nodes.filter(({ op }) => op.type === 'LayerNormalization');
  expect(norm?.inputs.map((value) => value?.dtype)).toEqual(['float16', 'float16', undefined]);
  expect(norm?.outputs.map(({ dtype }) => dtype)).toEqual(['float16', 'float32', 'float32']);
  expect([...subgraph.outputs.values()].map(({ dtype }) => dtype)).toEqual(['float32']);
});

it('a vector that only products use is converted before it is split', () => {
  const graph = new Graph();
  const pieces = split(graph.input('lora', [32]), [16, 16], 0);
  const [a, b] = pieces.map((piece) => reshape(piece, [4, 4]));
  if (a && b) graph.output('y', gemm(a, b));
  const narrow = ['Cast f32>f16', 'Split f16>f16,f16', 'Reshape f16>f16', 'Reshape f16>f16', 'Gemm f16,f16>f16'];
  expect(signatures(graph)).toEqual([...narrow, 'Cast f16>f32']);
});

it('softmax is computed in float32 where its kernel does not already do so', () => {
  const graph = new Graph();
  const x = graph.input('x', [4, 4]);
  graph.output('y', gemm(softmax(gemm(x, x)), x));
  const softmaxOn = (device: Device) =>
    signatures(graph, device).filter((signature) => signature.startsWith('Softmax'));
  expect(softmaxOn('cuda')).toEqual(['Softmax f16>f16']);
  expect(softmaxOn('webgpu')).toEqual(['Softmax f32>f32']);
});

/** y of one run on the CPU. */
async function run(graph: Graph, feeds: Record<string, number[]>, precision: 'fp16' | 'fp32' = 'fp16') {
  const compiled = await compile(graph, { threads: 1, precision });
  const numbers = Object.entries(feeds).map(([name, data]) => [name, Float32Array.from(data)] as const);
  const { y } = await compiled.run(Object.fromEntries(numbers));
  await compiled.release();
  return [...(y ?? [])];
}

/** x · 1, then + add, then · scale: a chain whose nodes all return 16 bits. */
function chain(addend: number, scale: number): Graph {
  const graph = new Graph();
  const product = gemm(
    graph.input('x', [1, 4]),
    graph.constant(Float32Array.of(1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1), [4, 4]),
  );
  graph.output('y', mul(add(product, addend), scale));
  return graph;
}

// The runtime's CPU provider computes these nodes in float32, and would pass values on unrounded.
it('a CPU rounds between nodes, overflows and underflows as 16 bits do', async () => {
  // 2049 is halfway between two float16 values; 70000 is out of range; 1e-8 is closer to zero than to the smallest.
  const x = [2049, 65504, 1e-8, 1 / 3];
  expect(await run(chain(0, 1), { x })).toEqual([2048, 65504, 0, 0.333251953125]);
  expect(await run(chain(65504, 1 / 4), { x: [0, 10, 100, 65504] })).toEqual([16376, 16376, Infinity, Infinity]);
  expect(await run(chain(1 / 3, 1), { x: [0, 0, 0, 0] })).toEqual(new Array(4).fill(0.333251953125));
  expect(await run(chain(0, 1), { x: [...x.slice(0, 3), 70_000] }, 'fp32')).toEqual([
    2049,
    65504,
    Math.fround(1e-8),
    70_000,
  ]);
});

it('constants beyond the range of float16 are clamped', async () => {
  const graph = new Graph();
  const x = gemm(graph.input('x', [1, 2]), graph.constant(Float32Array.of(1, 0, 0, 1), [2, 2]));
  graph.output('y', softmax(add(x, graph.constant(Float32Array.of(0, -3.4e38), [1, 2]))));
  expect(await run(graph, { x: [5, 5] })).toEqual([1, 0]);
  const sum = new Graph();
  sum.output('y', add(gemm(sum.input('x', [1, 1]), sum.constant(Float32Array.of(1), [1, 1])), -3.4e38));
  expect(await run(sum, { x: [0] })).toEqual([-65504]);
});
