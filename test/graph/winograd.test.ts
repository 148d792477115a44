/** @file Winograd convolutions: the same results as direct ones, forward and backward, and only where they pay off. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compile, conv2d, Graph, gradients, mul, reduceSum, weight } from '../../src/graph/index.js';
import { fewerMultiplications } from '../../src/graph/lowering/convolutions.js';
import { toomCook } from '../../src/graph/lowering/toom-cook.js';
import { openSafetensors } from '../../src/safetensors/header.js';
import { writeSafetensors } from '../../src/safetensors/write.js';
import { randomNumbers } from './finite-differences.js';

const [filters, channels] = [40, 32];
let file = '';
beforeAll(() => {
  const folder = mkdtempSync(join(tmpdir(), 'winograd-'));
  file = join(folder, 'model.safetensors');
  writeSafetensors(file, {
    w: { shape: [filters, channels, 3, 3], data: randomNumbers(filters * channels * 9, 1) },
    b: { shape: [filters], data: randomNumbers(filters, 2) },
  });
});
afterAll(() => rmSync(join(file, '..'), { recursive: true }));

/** Σ factors ∘ conv(x) and its gradient; with mapped weights by Winograd's algorithm, with resident ones directly. */
function build(storage: 'mapped' | 'resident', shape: number[], padding = 1): Graph {
  const graph = new Graph({ weights: storage });
  const opened = openSafetensors(file);
  const x = graph.input('x', shape);
  const y = conv2d(x, weight(graph, opened, 'w'), weight(graph, opened, 'b'), { padding });
  graph.output('y', y);
  const loss = reduceSum(mul(y, graph.input('factors', y.shape)), [0, 1, 2, 3], false);
  gradients(loss, [x]).forEach((gradient) => {
    graph.output('dx', gradient);
  });
  return graph;
}

async function run(graph: Graph, shape: number[]) {
  const [batch = 0, , height = 0, width = 0] = shape;
  const compiled = await compile(graph, { threads: 2 });
  const outputs = await compiled.run({
    x: randomNumbers(batch * channels * height * width, 3),
    factors: randomNumbers(batch * filters * height * width, 4),
  });
  await compiled.release();
  return outputs;
}

describe.each([
  ['squares of 4 × 4', [1, channels, 32, 36], 36],
  ['squares of 4 × 4, two samples', [2, channels, 36, 32], 36],
  ['squares of 2 × 2', [1, channels, 34, 32], 16],
  ['squares of 2 × 2, two samples', [2, channels, 16, 16], 16],
] as const)('%s', (_, shape, frequencies) => {
  it('give the results of direct convolutions', async () => {
    const graph = build('mapped', [...shape]);
    const replacements = fewerMultiplications(graph);
    expect(replacements.size).toBe(2);
    for (const { nodes } of replacements.values()) {
      const products = nodes.filter(({ op }) => op.type === 'FusedMatMul');
      expect(products.map(({ outputs }) => outputs[0]?.shape[0])).toEqual(products.map(() => frequencies));
      expect(products).toHaveLength(shape[0]);
    }
    const [found, expected] = [await run(graph, [...shape]), await run(build('resident', [...shape]), [...shape])];
    for (const name of ['y', 'dx']) {
      const numbers = expected[name] ?? new Float32Array();
      const scale = numbers.reduce((largest, number) => Math.max(largest, Math.abs(number)), 0);
      expect(scale).toBeGreaterThan(1);
      const worst = numbers.reduce((most, n, i) => Math.max(most, Math.abs(n - (found[name]?.[i] ?? Number.NaN))), 0);
      expect(worst / scale).toBeLessThan(2e-5);
    }
  });
});

it.each([
  ['few pixels', [1, channels, 8, 16], 1],
  ['an odd edge', [1, channels, 33, 32], 1],
  ['another border', [1, channels, 32, 32], 0],
] as const)('leave %s alone', (_, shape, padding) => {
  expect(fewerMultiplications(build('mapped', [...shape], padding)).size).toBe(0);
});

it('have matrices that filter signals exactly', () => {
  const { outputs, filter, inputs } = toomCook(
    [
      [0, 1],
      [1, 1],
      [-3, 1],
      [1, 2],
      [1, 0],
    ],
    3,
    3,
  );
  const [signal, taps] = [Array.from(randomNumbers(5, 1)), Array.from(randomNumbers(3, 2))];
  const times = (matrix: readonly (readonly number[])[], vector: readonly number[]) =>
    matrix.map((row) => row.reduce((sum, number, i) => sum + number * (vector[i] ?? Number.NaN), 0));
  const spectrum = times(inputs, signal);
  const product = times(filter, taps).map((number, i) => number * (spectrum[i] ?? Number.NaN));
  times(outputs, product).forEach((number, i) => {
    expect(number).toBeCloseTo(
      taps.reduce((sum, tap, k) => sum + tap * (signal[i + k] ?? Number.NaN), 0),
      10,
    );
  });
});
