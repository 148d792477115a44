/**
 * @file Stability AI's names for the blocks of a UNet (`input_blocks.4.1`, as in `openaimodel.py` of LDM and sgm) and diffusers'
 * (`down_blocks.1.attentions.0`). LoRA files for SDXL use the former.
 */

/** Residual blocks a level; all models that these names are used for have two. */
const layers = 2;

const inResnet: readonly (readonly [sgm: string, diffusers: string])[] = [
  ['in_layers.0', 'norm1'],
  ['in_layers.2', 'conv1'],
  ['out_layers.0', 'norm2'],
  ['out_layers.3', 'conv2'],
  ['emb_layers.1', 'time_emb_proj'],
  ['skip_connection', 'conv_shortcut'],
];

const outside: readonly (readonly [sgm: string, diffusers: string])[] = [
  ['input_blocks.0.0', 'conv_in'],
  ['time_embed.0', 'time_embedding.linear_1'],
  ['time_embed.2', 'time_embedding.linear_2'],
  ['label_emb.0.0', 'add_embedding.linear_1'],
  ['label_emb.0.2', 'add_embedding.linear_2'],
  ['out.0', 'conv_norm_out'],
  ['out.2', 'conv_out'],
];

const sgmPath = /^(input_blocks|middle_block|output_blocks)\.(\d+)(?:\.(\d+))?\.(.+)$/;
const diffusersPath =
  /^(down_blocks|mid_block|up_blocks)(?:\.(\d+))?\.(resnets|attentions|downsamplers|upsamplers)\.(\d+)\.(.+)$/;

/** diffusers' path for one of sgm's; a path that is none of sgm's comes back as it is. */
export function fromSgm(path: string): string {
  const whole = outside.find(([sgm]) => sgm === path);
  if (whole !== undefined) return whole[1];
  const [, side, first, second, rest = ''] = sgmPath.exec(path) ?? [];
  if (side === undefined) return path;
  const index = Number(first);
  const resnet = (block: string): string => `${block}.${inResnet.find(([sgm]) => sgm === rest)?.[1] ?? rest}`;
  if (side === 'middle_block') {
    const inner = [second, rest].filter((part) => part !== undefined).join('.');
    if (index === 1) return `mid_block.attentions.0.${inner}`;
    const name = inResnet.find(([sgm]) => sgm === inner)?.[1] ?? inner;
    return `mid_block.resnets.${index / 2}.${name}`;
  }
  if (side === 'input_blocks') {
    const [level, layer] = [Math.floor((index - 1) / (layers + 1)), (index - 1) % (layers + 1)];
    if (rest === 'op') return `down_blocks.${level}.downsamplers.0.conv`;
    return second === '0'
      ? resnet(`down_blocks.${level}.resnets.${layer}`)
      : `down_blocks.${level}.attentions.${layer}.${rest}`;
  }
  const [level, layer] = [Math.floor(index / (layers + 1)), index % (layers + 1)];
  if (rest === 'conv') return `up_blocks.${level}.upsamplers.0.conv`;
  return second === '0'
    ? resnet(`up_blocks.${level}.resnets.${layer}`)
    : `up_blocks.${level}.attentions.${layer}.${rest}`;
}

/** sgm's path in SDXL for one of diffusers'; a path outside the blocks that has no name there comes back as it is. */
export function toSgm(path: string): string {
  const whole = outside.find(([, diffusers]) => diffusers === path);
  if (whole !== undefined) return whole[0];
  const [, side, level, kind, layer, rest = ''] = diffusersPath.exec(path) ?? [];
  if (side === undefined) return path;
  const inner = kind === 'resnets' ? (inResnet.find(([, diffusers]) => diffusers === rest)?.[0] ?? rest) : rest;
  if (side === 'mid_block') return `middle_block.${kind === 'attentions' ? 1 : Number(layer) * 2}.${inner}`;
  const at = Number(level) * (layers + 1);
  if (kind === 'downsamplers') return `input_blocks.${at + layers + 1}.0.op`;
  // In SDXL each level that is scaled up has attention, so that the convolution comes third.
  if (kind === 'upsamplers') return `output_blocks.${at + layers}.2.conv`;
  const place = kind === 'attentions' ? 1 : 0;
  if (side === 'down_blocks') return `input_blocks.${at + Number(layer) + 1}.${place}.${inner}`;
  return `output_blocks.${at + Number(layer)}.${place}.${inner}`;
}
