/**
 * @file DDIM without added noise (Song et al., 2020, arXiv 2010.02502, formula 12): `DDIMScheduler` with eta 0. The denoised latent is never
 * clipped: `clip_sample` is for models of pixels, and Stable Diffusion's configurations turn it off.
 */
import { denoisedFrom, noiseFrom } from './prediction.js';
import type { Sampling } from './sampler.js';
import { roundHalfToEven, spacedTimesteps } from './timesteps.js';

export async function ddim({ schedule, config, steps, denoise, noise }: Sampling): Promise<Float32Array> {
  const timesteps = spacedTimesteps(steps, config.timestep_spacing ?? 'leading', config).map(roundHalfToEven);
  const stride = Math.floor(schedule.timesteps / steps);
  const finalAlpha = (config.set_alpha_to_one ?? true) ? 1 : schedule.alphaCumprod(0);
  let latent = noise;
  for (const timestep of timesteps) {
    const predicted = await denoise(latent, timestep);
    const previous = timestep - stride;
    const alpha = schedule.alphaCumprod(timestep);
    const nextAlpha = previous >= 0 ? schedule.alphaCumprod(previous) : finalAlpha;
    const level = { signal: Math.sqrt(alpha), noise: Math.sqrt(1 - alpha) };
    const denoised = denoisedFrom(latent, predicted, level, config.prediction_type);
    const predictedNoise = noiseFrom(latent, predicted, level, config.prediction_type);
    latent = denoised.map(
      (value, position) => Math.sqrt(nextAlpha) * value + Math.sqrt(1 - nextAlpha) * (predictedNoise[position] ?? 0),
    );
  }
  return latent;
}
