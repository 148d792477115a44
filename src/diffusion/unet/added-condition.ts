/** @file What SDXL's UNet is conditioned on besides text and timestep: the pooled text embedding and the sizes of the image. */
import { addedConditionWidth, type UnetConfig } from '../config/unet-config.js';
import type { PictureSize } from '../vae/encoder.js';
import { embedTimesteps } from './timestep-embedding.js';

/**
 * The added condition of one sample: the pooled text embedding, then the sinusoidal embeddings of the six numbers that diffusers
 * calls time ids (`_get_add_time_ids` of its SDXL pipeline): original height and width, top and left of the crop, target height
 * and width. Images here are whole: the crop is at 0, and the original size is their own.
 * @param pooled 1280 values for SDXL
 * @param size of the image in pixels
 * @returns [`addedConditionWidth(config)`]
 */
export function embedAddedCondition(config: UnetConfig, pooled: Float32Array, size: PictureSize): Float32Array {
  const { addition_time_embed_dim: width, flip_sin_to_cos: flipSinToCos, freq_shift: frequencyShift } = config;
  const ids = [size.height, size.width, 0, 0, size.height, size.width];
  const embedding = new Float32Array(addedConditionWidth(config));
  embedding.set(pooled);
  embedding.set(embedTimesteps(ids, width ?? 0, { flipSinToCos, frequencyShift }), pooled.length);
  return embedding;
}
