/** @file The memory of a training step as its graph gives it: by hand on small graphs, and measured on a real one. */
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { predictedAndMeasured, tolerance } from '../../scripts/bench/device-memory/benchmarks.js';
import { type Liveness, liveness } from '../../scripts/bench/device-memory/liveness.js';
import { runOrder } from '../../scripts/bench/device-memory/run-order.js';
import { stepMemory } from '../../scripts/bench/device-memory/step-memory.js';
import { weightlessUnet } from '../../scripts/bench/device-memory/weightless.js';
import { buildTrainStep } from '../../src/diffusion/unet/train-step.js';
import { exp, Graph, gemm, mul, reshape, type Value } from '../../src/graph/index.js';
import { neededNodes } from '../../src/graph/ir/subgraph.js';

/** Of a chain of values of 400 bytes each, but for what `make` says. */
function ofGraph(
  make: (x: Value) => Value,
  changed: Partial<Parameters<typeof liveness>[2]> = {},
  shape = [10, 10],
): Liveness {
  const graph = new Graph();
  const result = make(graph.input('x', shape));
  graph.output('result', result);
  return liveness(graph, result, {
    nodes: runOrder(neededNodes(graph)),
    isLate: () => false,
    mayOverwrite: () => [],
    workspace: () => 0,
    ...changed,
  });
}

describe('values at once', () => {
  it('are those still to be read, and the one being made', () => {
    expect(ofGraph((x) => exp(exp(exp(x)))).peak).toBe(800);
    expect(
      ofGraph((x) => {
        const first = exp(x);
        return mul(exp(exp(first)), first);
      }).peak,
    ).toBe(1200);
  });

  it('lie in one place where a node may overwrite, or only reshapes', () => {
    expect(ofGraph((x) => exp(exp(exp(x))), { mayOverwrite: () => [0] }).peak).toBe(400);
    expect(ofGraph((x) => reshape(exp(reshape(exp(x), [100])), [10, 10])).peak).toBe(800);
  });

  it('are handed on where the shape is known, and held in between', () => {
    // The first large value is free after `small`, and held for the last one.
    const handedOn = (x: Value) => {
      const small = gemm(exp(x), x.graph.constant(new Float32Array(10), [10, 1]));
      const middle = exp(gemm(small, x.graph.constant(new Float32Array(50), [1, 50])));
      return gemm(middle, x.graph.constant(new Float32Array(500), [50, 10]));
    };
    const [result, between] = [400, 2 * 2000];
    expect(ofGraph(handedOn).peak).toBe(result + between);
    expect(ofGraph((x) => handedOn(reshape(x, [10, 10])), { isLate: () => true }, [100]).peak).toBe(between);
  });

  it('include what a node allocates for itself', () => {
    expect(ofGraph((x) => exp(exp(x)), { workspace: () => 50 })).toMatchObject({ peak: 850, workspace: 50 });
  });
});

it('runs what was made last first, as far as that goes', () => {
  const graph = new Graph();
  const x = graph.input('x', [1]);
  const [early, late] = [exp(x), exp(exp(x))];
  graph.output('sum', mul(late, early));
  const positions = new Map(
    runOrder(graph.nodes).flatMap(({ outputs }, index) => outputs.map((output) => [output, index])),
  );
  expect(positions.get(early)).toBe(2);
  expect(positions.get(late)).toBe(1);
});

it('computes the gradients by the last layers first, so that nothing is held for them', () => {
  const geometry = { batchSize: 1, height: 8, width: 8, rank: 4 };
  const graph = buildTrainStep(weightlessUnet('sd1', 'F32'), geometry);
  const order = runOrder(neededNodes(graph));
  const joined = order.findLast(({ op }) => op.type === 'Concat');
  const steps = joined?.inputs.map((part) => order.findIndex(({ outputs }) => part && outputs.includes(part))) ?? [];
  expect(steps.length).toBeGreaterThan(200);
  expect(steps).toEqual([...steps].sort((a, b) => b - a));
});

it('trains Stable Diffusion 1.5 at 512 px in 16 bits within 6 GB, and low memory keeps less', () => {
  const of = (lowMemory: boolean) =>
    stepMemory(weightlessUnet('sd1', 'F16'), {
      ...{ batchSize: 1, height: 64, width: 64, rank: 4 },
      ...{ device: 'cuda', precision: 'fp16', lowMemory },
    });
  const [normal, low] = [of(false), of(true)];
  // 859,520,964 weights of two bytes.
  expect(normal.weights / 1.719e9).toBeCloseTo(1, 1);
  expect(normal.weights + normal.peak).toBeLessThan(5.4e9);
  expect(low.kept).toBeLessThan(0.8 * normal.kept);
  expect(low.flop).toBeGreaterThan(normal.flop);
});

describe.runIf(process.platform === 'linux')('what is measured on a CPU', () => {
  const pocket = (file: string) => fileURLToPath(new URL(`../../src/diffusion/pocket/unet/${file}`, import.meta.url));

  it.each([false, true])('is what was predicted, within a fifth; low memory: %s', async (lowMemory) => {
    const weights = pocket('diffusion_pytorch_model.safetensors');
    const { predicted, measured } = await predictedAndMeasured(pocket('config.json'), weights, 32, lowMemory);
    expect(Math.abs(predicted / measured - 1)).toBeLessThan(tolerance);
  });
});
