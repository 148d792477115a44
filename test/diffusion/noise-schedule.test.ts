/** @file The noise schedule against diffusers'. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { NoiseSchedule, schedulerConfig } from '../../src/diffusion/noise-schedule.js';

const goldens = z
  .array(
    z.object({
      config: schedulerConfig,
      alphasCumprod: z.array(z.number()),
      snr: z.array(z.number()),
      minSnr: z.array(z.number()),
    }),
  )
  .parse(JSON.parse(readFileSync(new URL('../goldens/noise-schedule/schedules.json', import.meta.url), 'utf8')));

describe.each(goldens)('$config.beta_schedule, $config.prediction_type', (golden) => {
  // Rescaling accumulates rounding errors; its last alpha is 0.
  const steps = golden.config.rescale_betas_zero_snr ? 100 : 1;
  const schedule = new NoiseSchedule(golden.config);

  it('has the alphas of diffusers within one float32 ulp, or more after rescaling', () => {
    expect(schedule.timesteps).toBe(1000);
    for (const [timestep, expected] of golden.alphasCumprod.entries())
      expect(Math.abs(schedule.alphaCumprod(timestep) - expected)).toBeLessThanOrEqual(expected * steps * 2 ** -23);
  });

  it('has the signal-to-noise ratio and min-SNR weights of diffusers within 1e-4', () => {
    for (const [index, expected] of golden.snr.entries()) {
      expect(Math.abs(schedule.snr(index * 37) - expected)).toBeLessThanOrEqual(1e-4 * expected);
      const weight = schedule.minSnrWeight(index * 37, 5);
      const wanted = golden.minSnr[index] ?? Number.NaN;
      expect(Math.abs(weight - wanted)).toBeLessThanOrEqual(1e-4 * wanted);
    }
  });

  it('mixes latent and noise to unit variance', () => {
    const { latentScale, noiseScale } = schedule.mix(500);
    expect(latentScale ** 2 + noiseScale ** 2).toBeCloseTo(1, 6);
    expect(schedule.sigma(500)).toBeCloseTo(noiseScale / latentScale, 5);
  });

  it('rejects a timestep that it does not have', () => {
    expect(() => schedule.alphaCumprod(1000)).toThrow(RangeError);
  });
});
