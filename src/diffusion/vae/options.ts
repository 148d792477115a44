/** @file How a model's VAE is computed. */
import type { CompileOptions } from '../../graph/index.js';
import type { BaseModel } from '../model/base-model.js';

/**
 * The options, in float32 for SDXL's VAE: its activations do not fit into float16, and its pictures would be black (diffusers'
 * `StableDiffusionXLPipeline.upcast_vae`). A VAE whose configuration says `force_upcast: false` was made to fit.
 */
export function vaeOptions<Options extends CompileOptions>({ family, vae }: BaseModel, options: Options): Options {
  const overflows = family.name === 'sdxl' && vae.config.force_upcast;
  return overflows ? { ...options, precision: 'fp32' } : options;
}
