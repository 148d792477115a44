/**
 * @file Euler's method with ancestral noise: after each step down to `sigmaDown`, new noise raises the latent to the next sigma
 * (k-diffusion's `sample_euler_ancestral`): `EulerAncestralDiscreteScheduler`.
 */
import { initialNoiseSigma, noiseAt } from './euler.js';
import type { Sampling } from './sampler.js';
import { sigmasOf, spacedTimesteps } from './timesteps.js';

export async function eulerAncestral(sampling: Sampling): Promise<Float32Array> {
  const { schedule, config, steps, noise, generator } = sampling;
  const spacing = config.timestep_spacing ?? 'linspace';
  const timesteps = spacedTimesteps(steps, spacing, config);
  const sigmas = sigmasOf(timesteps, schedule);
  let latent = noise.map((value) => value * initialNoiseSigma(sigmas, spacing));
  for (const [index, timestep] of timesteps.entries()) {
    const from = sigmas[index] ?? 0;
    const to = sigmas[index + 1] ?? 0;
    const predictedNoise = await noiseAt(latent, from, timestep, sampling);
    const sigmaUp = Math.sqrt((to ** 2 * (from ** 2 - to ** 2)) / from ** 2);
    const sigmaDown = Math.sqrt(to ** 2 - sigmaUp ** 2);
    const fresh = generator.normal(latent.length);
    latent = latent.map(
      (value, position) =>
        value + (predictedNoise[position] ?? 0) * (sigmaDown - from) + (fresh[position] ?? 0) * sigmaUp,
    );
  }
  return latent;
}
