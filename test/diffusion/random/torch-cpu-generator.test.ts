/** @file The CPU generator against torch's. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { TorchCpuGenerator } from '../../../src/diffusion/random/torch-cpu-generator.js';

const numbers = z.array(z.number());
const goldens = z
  .array(
    z.object({
      seed: z.number(),
      single: numbers,
      blocked: numbers,
      overlapping: numbers,
      singleAgain: numbers,
    }),
  )
  .parse(JSON.parse(readFileSync(new URL('../../goldens/random/torch-cpu.json', import.meta.url), 'utf8')));

/** torch's vectorised logarithm and sine differ from libm's in the last bits. */
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
  });
});
