/** @file Every sampler against the whole trajectories of diffusers' schedulers. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { NoiseSchedule, schedulerConfig } from '../../../src/diffusion/noise-schedule.js';
import { newGenerator } from '../../../src/diffusion/random/noise-source.js';
import { openSafetensors } from '../../../src/safetensors/header.js';
import { readTensor } from '../../../src/safetensors/read.js';
import { samplerNames, samplers } from '../../../src/sampling/samplers/samplers.js';

const golden = (name: string): string => fileURLToPath(new URL(`../../goldens/samplers/${name}`, import.meta.url));
const trajectories = openSafetensors(golden('trajectories.safetensors'));
const configs = z.record(z.string(), schedulerConfig).parse(JSON.parse(readFileSync(golden('configs.json'), 'utf8')));

/** Of values up to about 4. */
const TOLERANCE = 1e-3;

function largestDifference(actual: Float32Array, expected: Float32Array): number {
  expect(actual.length).toBe(expected.length);
  return Math.max(...actual.map((value, index) => Math.abs(value - (expected[index] ?? Number.NaN))));
}

const cases = samplerNames.flatMap((name) =>
  Object.entries(configs).flatMap(([spacing, config]) =>
    [10, 20, 50].map((steps) => ({ name, spacing, config, steps })),
  ),
);

describe.each(cases)('$name, $spacing, $steps steps', ({ name, spacing, config, steps }) => {
  const tensor = (part: string): Float32Array => readTensor(trajectories, `${name}.${spacing}.${steps}.${part}`);

  it('calls the model with the same latents at the same timesteps, and ends with the same latent', async () => {
    const generator = newGenerator('cpu', steps);
    const noise = generator.normal(24);
    const before = noise.slice();
    const shown: number[] = [];
    const timesteps: number[] = [];
    const final = await samplers[name]({
      schedule: new NoiseSchedule(config),
      config,
      steps,
      noise,
      generator,
      denoise: async (latent, timestep) => {
        shown.push(...latent);
        timesteps.push(timestep);
        return latent.map((value) => 0.8 * value + 0.3 * Math.sin(2 * value + 0.003 * timestep));
      },
    });
    expect(largestDifference(Float32Array.from(timesteps), tensor('timesteps'))).toBe(0);
    expect(largestDifference(Float32Array.from(shown), tensor('shown'))).toBeLessThan(TOLERANCE);
    expect(largestDifference(final, tensor('final'))).toBeLessThan(TOLERANCE);
    expect(noise).toEqual(before);
  });
});
