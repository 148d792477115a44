/**
 * @file Schema of `unet/config.json` of a Stable Diffusion model; defaults are those of diffusers' `UNet2DConditionModel`. Literals are the
 * only values that this project computes.
 */
import { z } from 'zod';

export const unetConfig = z
  .object({
    /** Edge of the latent that the model was trained on. */
    sample_size: z.int().positive().max(1024).nullish(),
    in_channels: z.int().positive().default(4),
    out_channels: z.int().positive().default(4),
    block_out_channels: z.array(z.int().positive()).min(1).max(16).default([320, 640, 1280, 1280]),
    down_block_types: z
      .array(z.enum(['CrossAttnDownBlock2D', 'DownBlock2D']))
      .default(['CrossAttnDownBlock2D', 'CrossAttnDownBlock2D', 'CrossAttnDownBlock2D', 'DownBlock2D']),
    mid_block_type: z.literal('UNetMidBlock2DCrossAttn').default('UNetMidBlock2DCrossAttn'),
    up_block_types: z
      .array(z.enum(['UpBlock2D', 'CrossAttnUpBlock2D']))
      .default(['UpBlock2D', 'CrossAttnUpBlock2D', 'CrossAttnUpBlock2D', 'CrossAttnUpBlock2D']),
    layers_per_block: z.int().positive().max(64).default(2),
    transformer_layers_per_block: z
      .union([z.int().positive().max(256), z.array(z.int().positive().max(256))])
      .default(1),
    /** The number of heads, despite its name; one for all blocks or one each. */
    attention_head_dim: z.union([z.int().positive(), z.array(z.int().positive())]).default(8),
    num_attention_heads: z.literal(null).optional(),
    cross_attention_dim: z.int().positive().default(1280),
    use_linear_projection: z.boolean().default(false),
    norm_num_groups: z.int().positive().default(32),
    norm_eps: z.number().positive().default(1e-5),
    flip_sin_to_cos: z.boolean().default(true),
    freq_shift: z.number().default(0),
    act_fn: z.literal('silu').default('silu'),
    time_embedding_type: z.literal('positional').default('positional'),
    resnet_time_scale_shift: z.literal('default').default('default'),
    /** `text_time`: the UNet is also conditioned on the pooled text embedding and the image's sizes, as in SDXL. */
    addition_embed_type: z.literal('text_time').nullish(),
    addition_time_embed_dim: z.int().positive().nullish(),
    projection_class_embeddings_input_dim: z.int().positive().nullish(),
    class_embed_type: z.literal(null).optional(),
    encoder_hid_dim_type: z.literal(null).optional(),
    center_input_sample: z.literal(false).default(false),
    dual_cross_attention: z.literal(false).default(false),
    only_cross_attention: z.literal(false).default(false),
    downsample_padding: z.literal(1).default(1),
    mid_block_scale_factor: z.literal(1).default(1),
  })
  .refine(
    ({ block_out_channels, down_block_types, up_block_types }) =>
      block_out_channels.length === down_block_types.length && block_out_channels.length === up_block_types.length,
    'block_out_channels, down_block_types and up_block_types differ in length',
  )
  .refine(
    ({ block_out_channels, norm_num_groups }) =>
      block_out_channels.every((channels) => channels % norm_num_groups === 0),
    'block_out_channels are not multiples of norm_num_groups',
  )
  .refine(
    ({ block_out_channels, attention_head_dim: heads }) =>
      block_out_channels.every(
        (channels, level) => channels % (typeof heads === 'number' ? heads : (heads[level] ?? 1)) === 0,
      ),
    'block_out_channels are not multiples of the numbers of heads (attention_head_dim)',
  )
  .refine(
    ({ addition_embed_type: type, addition_time_embed_dim: time, projection_class_embeddings_input_dim: width }) =>
      type !== 'text_time' || (time && width && width > 6 * time),
    'addition_time_embed_dim and projection_class_embeddings_input_dim do not fit addition_embed_type',
  );

export type UnetConfig = z.output<typeof unetConfig>;

/** Width of the condition besides text and timestep: 2816 for SDXL, 0 for models that take none. */
export function addedConditionWidth(config: UnetConfig): number {
  return config.addition_embed_type === 'text_time' ? (config.projection_class_embeddings_input_dim ?? 0) : 0;
}
