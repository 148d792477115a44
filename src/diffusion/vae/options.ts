/** @file The precision that a model's VAE is computed in. */
import type { CompileOptions } from '../../graph/index.js';
import type { BaseModel } from '../model/base-model.js';

/**
 * The options, with float32 for SDXL's VAE: its activations overflow float16, and images would be black (diffusers'
 * `StableDiffusionXLPipeline.upcast_vae`). A VAE with `force_upcast: false` in its configuration was made to fit.
 */
export function vaeOptions<Options extends CompileOptions>({ family, vae }: BaseModel, options: Options): Options {
  const overflows = family.name === 'sdxl' && vae.config.force_upcast;
  return overflows ? { ...options, precision: 'fp32' } : options;
}
