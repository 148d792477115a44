/**
 * @file The names of a UNet's modules in single files (CompVis' LDM, Stability's sgm) and in diffusers: single files number blocks through
 * all levels, and the parts of a block by position.
 */
import type { UnetConfig } from '../config/unet-config.js';

/** Two names of the same module, or two prefixes of the same modules' names. */
export interface ModuleNames {
  readonly diffusers: string;
  readonly single: string;
}

const resnetModules: readonly ModuleNames[] = [
  { diffusers: 'norm1', single: 'in_layers.0' },
  { diffusers: 'conv1', single: 'in_layers.2' },
  { diffusers: 'time_emb_proj', single: 'emb_layers.1' },
  { diffusers: 'norm2', single: 'out_layers.0' },
  { diffusers: 'conv2', single: 'out_layers.3' },
  { diffusers: 'conv_shortcut', single: 'skip_connection' },
];

const otherModules: readonly ModuleNames[] = [
  { diffusers: 'time_embedding.linear_1', single: 'time_embed.0' },
  { diffusers: 'time_embedding.linear_2', single: 'time_embed.2' },
  { diffusers: 'add_embedding.linear_1', single: 'label_emb.0.0' },
  { diffusers: 'add_embedding.linear_2', single: 'label_emb.0.2' },
  { diffusers: 'conv_in', single: 'input_blocks.0.0' },
  { diffusers: 'conv_norm_out', single: 'out.0' },
  { diffusers: 'conv_out', single: 'out.2' },
];

const resnet = (diffusers: string, single: string): ModuleNames[] =>
  resnetModules.map((part) => ({
    diffusers: `${diffusers}.${part.diffusers}`,
    single: `${single}.${part.single}`,
  }));

type Shape = Pick<UnetConfig, 'down_block_types' | 'up_block_types' | 'layers_per_block'>;

/**
 * Every module, by the longest prefixes needed: an attention's name covers everything inside it, whose names are the same in both. Names are
 * relative to the UNet: single files prefix theirs with `model.diffusion_model.`.
 */
export function unetModuleNames({ down_block_types: down, up_block_types: up, layers_per_block: layers }: Shape) {
  const names = [...otherModules];
  const perLevel = layers + 1;
  const attention = (diffusers: string, single: string) => names.push({ diffusers, single });
  down.forEach((type, level) => {
    for (let index = 0; index < layers; index++) {
      const [block, single] = [`down_blocks.${level}`, `input_blocks.${1 + level * perLevel + index}`];
      names.push(...resnet(`${block}.resnets.${index}`, `${single}.0`));
      if (type === 'CrossAttnDownBlock2D') attention(`${block}.attentions.${index}`, `${single}.1`);
    }
    const single = `input_blocks.${(level + 1) * perLevel}.0.op`;
    if (level < down.length - 1) names.push({ diffusers: `down_blocks.${level}.downsamplers.0.conv`, single });
  });
  names.push(...resnet('mid_block.resnets.0', 'middle_block.0'), ...resnet('mid_block.resnets.1', 'middle_block.2'));
  attention('mid_block.attentions.0', 'middle_block.1');
  up.forEach((type, level) => {
    const attends = type === 'CrossAttnUpBlock2D';
    for (let index = 0; index <= layers; index++) {
      const [block, single] = [`up_blocks.${level}`, `output_blocks.${level * perLevel + index}`];
      names.push(...resnet(`${block}.resnets.${index}`, `${single}.0`));
      if (attends) attention(`${block}.attentions.${index}`, `${single}.1`);
    }
    const single = `output_blocks.${level * perLevel + layers}.${attends ? 2 : 1}.conv`;
    if (level < up.length - 1) names.push({ diffusers: `up_blocks.${level}.upsamplers.0.conv`, single });
  });
  return names;
}
