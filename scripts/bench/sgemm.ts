/** @file How fast this machine multiplies matrices of float32: what other operators are compared with. */
import { compile, Graph, gemm } from '../../src/graph/index.js';

const size = 1280;
const times = 20;

/** Multiply-adds count twice; the best of 20 products of 1280 × 1280, in GFLOP a second. */
export async function sgemmRate(threads: number): Promise<number> {
  const graph = new Graph();
  graph.output('product', gemm(graph.input('a', [size, size]), graph.input('b', [size, size])));
  const numbers = new Float32Array(size ** 2).fill(0.5);
  const session = await compile(graph, { threads });
  let best = Number.POSITIVE_INFINITY;
  for (let time = 0; time < times; time++) {
    const begin = performance.now();
    await session.run({ a: numbers, b: numbers });
    best = Math.min(best, performance.now() - begin);
  }
  await session.release();
  return (2 * size ** 3) / (best / 1000) / 1e9;
}
