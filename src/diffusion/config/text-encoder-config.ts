/** @file Schema of `text_encoder/config.json`; defaults are those of transformers' `CLIPTextConfig`. */
import { z } from 'zod';

/** Tokens of one prompt, start and end tokens included. */
export const CONTEXT_LENGTH = 77;

export const textEncoderConfig = z
  .object({
    vocab_size: z.int().positive().default(49408),
    hidden_size: z.int().positive().default(512),
    intermediate_size: z.int().positive().default(2048),
    num_hidden_layers: z.int().positive().max(256).default(12),
    num_attention_heads: z.int().positive().default(8),
    max_position_embeddings: z.int().positive().default(77),
    hidden_act: z.enum(['quick_gelu', 'gelu']).default('quick_gelu'),
    layer_norm_eps: z.number().positive().default(1e-5),
  })
  .refine(
    ({ hidden_size, num_attention_heads }) => hidden_size % num_attention_heads === 0,
    'hidden_size is not a multiple of num_attention_heads',
  );

export type TextEncoderConfig = z.output<typeof textEncoderConfig>;
