/** @file The CPU generator against torch's own numbers. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { TorchCpuGenerator, torchCpuGeneratorState } from '../../../src/diffusion/random/torch-cpu-generator.js';

const numbers = z.array(z.number());
const goldens = z
  .array(
    z.object({
      seed: z.number(),
      single: numbers,
      blocked: numbers,
      overlapping: numbers,
      singleAgain: numbers,
      integers: numbers,
      permutation: numbers,
      uniform: numbers,
    }),
  )
  .parse(JSON.parse(readFileSync(new URL('../../goldens/random/torch-cpu.json', import.meta.url), 'utf8')));

/** torch's vectorised logarithm and sine differ from libm's in the last bits; integers and uniforms are exact. */
const TOLERANCE = 1e-6;

function expectClose(actual: Float32Array, expected: number[]): void {
  expect(actual.length).toBe(expected.length);
  for (const [index, value] of expected.entries()) {
    expect(Math.abs((actual[index] ?? Number.NaN) - value)).toBeLessThanOrEqual(
      TOLERANCE * Math.max(1, Math.abs(value)),
    );
  }
}

describe.each(goldens)('seed $seed', (golden) => {
  it('draws what torch draws, in the same order', () => {
    const generator = new TorchCpuGenerator(golden.seed);
    expectClose(generator.normal(3), golden.single);
    expectClose(generator.normal(64), golden.blocked);
    expectClose(generator.normal(21), golden.overlapping);
    expectClose(generator.normal(2), golden.singleAgain);
    expect([...generator.integers(1000, 8)]).toEqual(golden.integers);
    expect([...generator.permutation(12)]).toEqual(golden.permutation);
    expect([...generator.uniform(5)]).toEqual(golden.uniform.map(Math.fround));
  });
});

it('goes on bit for bit from a state that was written as JSON', () => {
  const generator = new TorchCpuGenerator(7);
  generator.normal(1001);
  generator.normal(1);
  const state = torchCpuGeneratorState.parse(JSON.parse(JSON.stringify(generator.state)));
  const restored = TorchCpuGenerator.restored(state);
  for (const count of [3, 700, 2]) expect(restored.normal(count)).toEqual(generator.normal(count));
  expect(restored.integers(1000, 5)).toEqual(generator.integers(1000, 5));
});
