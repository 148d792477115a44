/** @file Euler's method on the probability-flow ODE (Karras et al., 2022, algorithm 2 without churn): `EulerDiscreteScheduler`. */
import { noiseFrom } from './prediction.js';
import type { Sampling } from './sampler.js';
import { sigmasOf, spacedTimesteps } from './timesteps.js';

export async function euler({ schedule, config, steps, denoise, noise }: Sampling): Promise<Float32Array> {
  const spacing = config.timestep_spacing ?? 'linspace';
  const timesteps = spacedTimesteps(steps, spacing, config);
  const sigmas = sigmasOf(timesteps, schedule);
  let latent = noise.map((value) => value * initialNoiseSigma(sigmas, spacing));
  for (const [index, timestep] of timesteps.entries()) {
    const sigma = sigmas[index] ?? 0;
    const predictedNoise = await noiseAt(latent, sigma, timestep, { config, denoise });
    const change = (sigmas[index + 1] ?? 0) - sigma;
    latent = latent.map((value, position) => value + (predictedNoise[position] ?? 0) * change);
  }
  return latent;
}

/** Standard deviation of the initial latent: diffusers includes the image's own variance only for `leading` spacing. */
export function initialNoiseSigma(sigmas: Float32Array, spacing: string): number {
  const largest = Math.max(...sigmas);
  return spacing === 'leading' ? Math.sqrt(largest ** 2 + 1) : largest;
}

/** Predicts the noise in a latent of variance 1 + sigma²; the model was trained on latents of unit variance. */
export async function noiseAt(
  latent: Float32Array | Float64Array,
  sigma: number,
  timestep: number,
  { config, denoise }: Pick<Sampling, 'config' | 'denoise'>,
): Promise<Float32Array | Float64Array> {
  const scale = Math.sqrt(sigma ** 2 + 1);
  const scaled = latent.map((value) => value / scale);
  const level = { signal: 1 / scale, noise: sigma / scale };
  return noiseFrom(scaled, await denoise(Float32Array.from(scaled), timestep), level, config.prediction_type);
}
