/** @file The names of a VAE's modules in single files (CompVis' LDM) and in diffusers. */
import type { ModuleNames } from './unet-names.js';

const resnet = (diffusers: string, single: string): ModuleNames[] => [
  ...['norm1', 'conv1', 'norm2', 'conv2'].map((part) => ({
    diffusers: `${diffusers}.${part}`,
    single: `${single}.${part}`,
  })),
  { diffusers: `${diffusers}.conv_shortcut`, single: `${single}.nin_shortcut` },
];

const attentionParts = [
  ['group_norm', 'norm'],
  ['to_q', 'q'],
  ['to_k', 'k'],
  ['to_v', 'v'],
  ['to_out.0', 'proj_out'],
] as const;

/** Every module. Single files number the decoder's levels from its output, diffusers from its input. */
export function vaeModuleNames(levels: number, layersPerBlock: number): ModuleNames[] {
  const names = ['quant_conv', 'post_quant_conv'].map((same) => ({ diffusers: same, single: same }));
  for (const side of ['encoder', 'decoder']) {
    const pair = (diffusers: string, single: string) =>
      names.push({ diffusers: `${side}.${diffusers}`, single: `${side}.${single}` });
    pair('conv_in', 'conv_in');
    pair('conv_norm_out', 'norm_out');
    pair('conv_out', 'conv_out');
    names.push(...resnet(`${side}.mid_block.resnets.0`, `${side}.mid.block_1`));
    names.push(...resnet(`${side}.mid_block.resnets.1`, `${side}.mid.block_2`));
    for (const [ours, theirs] of attentionParts) pair(`mid_block.attentions.0.${ours}`, `mid.attn_1.${theirs}`);
  }
  for (let level = 0; level < levels; level++) {
    const [down, up] = [`encoder.down_blocks.${level}`, `decoder.up_blocks.${level}`];
    const [singleDown, singleUp] = [`encoder.down.${level}`, `decoder.up.${levels - 1 - level}`];
    for (let index = 0; index <= layersPerBlock; index++) {
      if (index < layersPerBlock) names.push(...resnet(`${down}.resnets.${index}`, `${singleDown}.block.${index}`));
      names.push(...resnet(`${up}.resnets.${index}`, `${singleUp}.block.${index}`));
    }
    if (level === levels - 1) continue;
    names.push({ diffusers: `${down}.downsamplers.0.conv`, single: `${singleDown}.downsample.conv` });
    names.push({ diffusers: `${up}.upsamplers.0.conv`, single: `${singleUp}.upsample.conv` });
  }
  return names;
}
