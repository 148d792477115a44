/** @file Euler's method on the probability-flow ODE (Karras et al., 2022, algorithm 2 without churn): `EulerDiscreteScheduler`. */
import type { Sampling } from './sampler.js';
import { sigmasOf, spacedTimesteps } from './timesteps.js';

export async function euler({ schedule, config, steps, denoise, noise }: Sampling): Promise<Float32Array> {
  const spacing = config.timestep_spacing ?? 'linspace';
  const timesteps = spacedTimesteps(steps, spacing, config);
  const sigmas = sigmasOf(timesteps, schedule);
  let latent = noise.map((value) => value * initialNoiseSigma(sigmas, spacing));
  for (const [index, timestep] of timesteps.entries()) {
    const sigma = sigmas[index] ?? 0;
    const predicted = await denoise(scaledInput(latent, sigma), timestep);
    const change = (sigmas[index + 1] ?? 0) - sigma;
    latent = latent.map((value, position) => value + (predicted[position] ?? 0) * change);
  }
  return latent;
}

/** Standard deviation of the first latent: diffusers counts the picture's own variance in only for `leading` spacing. */
export function initialNoiseSigma(sigmas: Float32Array, spacing: string): number {
  const largest = Math.max(...sigmas);
  return spacing === 'leading' ? Math.sqrt(largest ** 2 + 1) : largest;
}

/** The model was trained on latents of unit variance; here their variance is 1 + sigma². */
export function scaledInput(latent: Float32Array, sigma: number): Float32Array {
  const scale = Math.sqrt(sigma ** 2 + 1);
  return latent.map((value) => value / scale);
}
