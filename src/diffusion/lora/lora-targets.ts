/**
 * @file Which layers a LoRA is trained on: q, k, v and the output projection of every attention of a UNet, as in diffusers'
 * `train_dreambooth_lora.py`.
 */
import type { UnetConfig } from '../config/unet-config.js';

export interface LoraTarget {
  /** Module path in diffusers, such as `mid_block.attentions.0.transformer_blocks.0.attn2.to_out.0`. */
  readonly path: string;
  readonly inFeatures: number;
  readonly outFeatures: number;
}

/** Every target of a UNet, in order of computation: down blocks, middle, up blocks. */
export function loraTargets(config: UnetConfig): LoraTarget[] {
  const channels = config.block_out_channels;
  const depths = channels.map((_, level) => transformerLayers(config, level));
  const last = channels.length - 1;
  const down = config.down_block_types.flatMap((type, level) =>
    type === 'CrossAttnDownBlock2D'
      ? attentions(`down_blocks.${level}`, config.layers_per_block, depths[level] ?? 1, channels[level] ?? 0, config)
      : [],
  );
  const middle = attentions('mid_block', 1, depths[last] ?? 1, channels[last] ?? 0, config);
  const up = config.up_block_types.flatMap((type, level) =>
    type === 'CrossAttnUpBlock2D'
      ? attentions(
          `up_blocks.${level}`,
          config.layers_per_block + 1,
          depths[last - level] ?? 1,
          channels[last - level] ?? 0,
          config,
        )
      : [],
  );
  return [...down, ...middle, ...up];
}

function transformerLayers({ transformer_layers_per_block: layers }: UnetConfig, level: number): number {
  return typeof layers === 'number' ? layers : (layers[level] ?? 1);
}

function attentions(block: string, count: number, depth: number, channels: number, config: UnetConfig): LoraTarget[] {
  const targets: LoraTarget[] = [];
  for (let attention = 0; attention < count; attention++)
    for (let layer = 0; layer < depth; layer++)
      for (const [name, context] of [
        ['attn1', channels],
        ['attn2', config.cross_attention_dim],
      ] as const) {
        const prefix = `${block}.attentions.${attention}.transformer_blocks.${layer}.${name}`;
        targets.push(
          { path: `${prefix}.to_q`, inFeatures: channels, outFeatures: channels },
          { path: `${prefix}.to_k`, inFeatures: context, outFeatures: channels },
          { path: `${prefix}.to_v`, inFeatures: context, outFeatures: channels },
          { path: `${prefix}.to_out.0`, inFeatures: channels, outFeatures: channels },
        );
      }
  return targets;
}
