/** @file How much each sample and each latent pixel counts in the loss. */
import type { NoiseSchedule } from '../diffusion/noise-schedule.js';
import type { TrainOptions } from '../protocol/train-options.js';
import type { Batch } from './backend.js';

/**
 * @param schedule needed with `minSnrGamma`
 * @param masks the character's share of each latent pixel [N, height, width], 0 … 1
 */
export function lossWeights(
  { minSnrGamma, maskWeight }: Pick<TrainOptions, 'minSnrGamma' | 'maskWeight'>,
  schedule: NoiseSchedule | undefined,
  timesteps: readonly number[],
  masks: Float32Array,
): Pick<Batch, 'sampleWeights' | 'lossMask'> {
  return {
    ...(minSnrGamma !== undefined &&
      schedule !== undefined && {
        sampleWeights: timesteps.map((timestep) => schedule.minSnrWeight(timestep, minSnrGamma)),
      }),
    // 1 inside the silhouette, `maskWeight` outside.
    ...(maskWeight !== 1 && { lossMask: masks.map((share) => maskWeight + (1 - maskWeight) * share) }),
  };
}
