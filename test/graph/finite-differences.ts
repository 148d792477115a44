/** @file Checks gradients of a graph against central finite differences. */
import { expect } from 'vitest';
import { compile, Graph, gradients, mul, reduceSum, reshape, sizeOf, type Value } from '../../src/graph/index.js';

/** Values in [−1, 1), the same in each run. */
export function randomNumbers(size: number, seed: number): Float32Array {
  let state = (seed * 2654435761 + 12345) >>> 0;
  return Float32Array.from({ length: size }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

/**
 * Compares the gradients of Σ r ∘ f(inputs), with random r, with respect to every element of every input, with central differences.
 * float32 limits the differences: with a step of 1/64 they are accurate to about 1e-4 of the largest gradient, while a wrong rule
 * is off by about its size.
 */
export async function expectGradients(
  shapes: Readonly<Record<string, readonly number[]>>,
  build: (inputs: Readonly<Record<string, Value>>, graph: Graph) => Value,
  shift = 0,
): Promise<void> {
  const graph = new Graph();
  const names = Object.keys(shapes);
  const inputs = Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [name, graph.input(name, shape)]));
  const result = build(inputs, graph);
  const weights = graph.constant(randomNumbers(sizeOf(result.shape), 99), result.shape);
  const loss = reduceSum(reshape(mul(result, weights), [sizeOf(result.shape)]), [0], false);
  const parameters = Object.values(inputs);
  const derived = gradients(loss, parameters);
  graph.output('loss', loss);
  names.forEach((name, index) => {
    const gradient = derived[index];
    if (gradient) graph.output(`d${name}`, gradient);
    expect(gradient?.shape).toEqual(shapes[name]);
  });
  const compiled = await compile(graph, { threads: 1 });
  try {
    const feeds = Object.fromEntries(
      Object.entries(shapes).map(([name, shape], index) => [
        name,
        randomNumbers(sizeOf(shape), index + 1).map((number) => number + shift),
      ]),
    );
    const analytic = await compiled.run(feeds);
    const lossAt = async () => (await compiled.run(feeds)).loss?.[0] ?? Number.NaN;
    const step = 1 / 64;
    for (const name of names) {
      const numbers = feeds[name] ?? new Float32Array();
      const found = analytic[`d${name}`] ?? new Float32Array();
      const scale = Math.max(...found.map(Math.abs));
      expect(scale).toBeGreaterThan(1e-3);
      for (let i = 0; i < numbers.length; i++) {
        const kept = numbers[i] ?? 0;
        numbers[i] = kept + step;
        const above = await lossAt();
        numbers[i] = kept - step;
        const below = await lossAt();
        numbers[i] = kept;
        expect(Math.abs((above - below) / (2 * step) - (found[i] ?? Number.NaN))).toBeLessThan(2e-3 * scale + 2e-4);
      }
    }
  } finally {
    await compiled.release();
  }
}
