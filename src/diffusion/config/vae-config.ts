/**
 * @file Schema of `vae/config.json`; defaults are those of diffusers' `AutoencoderKL`. Literals are the only values that this project
 * computes.
 */
import { z } from 'zod';

export const vaeConfig = z
  .object({
    in_channels: z.literal(3).default(3),
    out_channels: z.literal(3).default(3),
    down_block_types: z.array(z.literal('DownEncoderBlock2D')).min(1).default(['DownEncoderBlock2D']),
    up_block_types: z.array(z.literal('UpDecoderBlock2D')).min(1).default(['UpDecoderBlock2D']),
    block_out_channels: z.array(z.int().positive()).min(1).max(16).default([64]),
    layers_per_block: z.int().positive().max(64).default(1),
    act_fn: z.literal('silu').default('silu'),
    latent_channels: z.int().positive().default(4),
    norm_num_groups: z.int().positive().default(32),
    /** Edge of the images that the model was trained on. */
    sample_size: z.int().positive().default(32),
    /** The UNet sees latents multiplied by this. */
    scaling_factor: z.number().positive().default(0.18215),
    shift_factor: z.literal(null).optional(),
    latents_mean: z.literal(null).optional(),
    latents_std: z.literal(null).optional(),
    use_quant_conv: z.boolean().default(true),
    use_post_quant_conv: z.boolean().default(true),
    /** For SDXL: whether it must be computed in float32. */
    force_upcast: z.boolean().default(true),
    mid_block_add_attention: z.boolean().default(true),
  })
  .refine(
    ({ block_out_channels, norm_num_groups }) =>
      block_out_channels.every((channels) => channels % norm_num_groups === 0),
    'block_out_channels are not multiples of norm_num_groups',
  );

export type VaeConfig = z.output<typeof vaeConfig>;

/** Pixels per latent pixel along an edge: 8 for Stable Diffusion, 4 for the pocket model. */
export function pixelsPerLatent(config: VaeConfig): number {
  return 2 ** (config.block_out_channels.length - 1);
}
