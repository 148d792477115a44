/** @file The UNet of a single file: its configuration, derived from the shapes of its tensors, and its weights. */
import { LoraBridgeError } from '../../errors/lora-bridge-error.js';
import type { FamilyName } from '../../protocol/base-model.js';
import type { SafetensorsFile } from '../../safetensors/header.js';
import { type UnetConfig, unetConfig } from '../config/unet-config.js';
import { familyOf } from '../families/families.js';
import type { Family } from '../families/family.js';
import { unetModuleNames } from '../families/unet-names.js';
import type { ModelPart } from './base-model.js';
import { configOf, countFrom, renamedViews } from './file-views.js';

const prefix = 'model.diffusion_model.';

/** One block of the file: a residual block, and the transformer after it, if any. */
interface Block {
  readonly channels: number;
  /** Transformer layers; 0 without attention. */
  readonly depth: number;
}

export interface FamilyAndUnet {
  readonly family: Family;
  readonly unet: ModelPart<UnetConfig>;
}

/** @throws LoraBridgeError `input.model.unsupported` for blocks that are not arranged as in Stable Diffusion. */
export function unetOfFile(file: SafetensorsFile, override: FamilyName | undefined): FamilyAndUnet {
  const shape = (name: string) => file.tensors.get(prefix + name)?.shape;
  const { levels, layers } = downLevels(file);
  const [channels, depths] = [levels.map(({ channels }) => channels), levels.map(({ depth }) => depth)];
  const up = upLevels(file, levels.length, layers);
  const middleDepth = depthOf(file, 'middle_block.1');
  // In diffusers the middle has the depth of the last level, even where that has no attention.
  const layersPerBlock = depths.map((depth, level) =>
    Math.max(1, level === depths.length - 1 && depth === 0 ? middleDepth : depth),
  );
  if (middleDepth !== layersPerBlock.at(-1)) throw otherShape(file, `its middle block has ${middleDepth} transformers`);
  const expected = levels.toReversed().flatMap((block) => Array<Block>(layers + 1).fill(block));
  if (up.some((block, i) => block.channels !== expected[i]?.channels || block.depth !== expected[i]?.depth))
    throw otherShape(file, 'its up blocks do not mirror its down blocks');
  const attention = [...levels.keys()].find((level) => (depths[level] ?? 0) > 0) ?? 0;
  const attentionBlock = `input_blocks.${1 + attention * (layers + 1)}.1`;
  const added = shape('label_emb.0.0.weight')?.[1];
  const described = configOf(file, 'UNet', unetConfig, {
    in_channels: shape('input_blocks.0.0.weight')?.[1],
    out_channels: shape('out.2.weight')?.[0],
    block_out_channels: channels,
    down_block_types: depths.map((depth) => (depth > 0 ? 'CrossAttnDownBlock2D' : 'DownBlock2D')),
    up_block_types: depths.toReversed().map((depth) => (depth > 0 ? 'CrossAttnUpBlock2D' : 'UpBlock2D')),
    layers_per_block: layers,
    transformer_layers_per_block: layersPerBlock,
    cross_attention_dim: shape(`${attentionBlock}.transformer_blocks.0.attn2.to_k.weight`)?.[1],
    use_linear_projection: shape(`${attentionBlock}.proj_in.weight`)?.length === 2,
    ...(added === undefined
      ? {}
      : {
          addition_embed_type: 'text_time',
          projection_class_embeddings_input_dim: added,
          addition_time_embed_dim: (added - pooledWidth(file)) / 6,
        }),
  });
  const family = familyOf(described, override);
  const config = { ...described, attention_head_dim: channels.map(family.singleFile.heads) };
  return { family, unet: { config, weights: renamedViews(file, prefix, unetModuleNames(config)) } };
}

/** Width of the pooled text embedding, the part of the added condition that is not sizes. */
function pooledWidth(file: SafetensorsFile): number {
  return file.tensors.get('conditioner.embedders.1.model.text_projection')?.shape[1] ?? 0;
}

function depthOf(file: SafetensorsFile, block: string): number {
  return countFrom(file, (index) => `${prefix}${block}.transformer_blocks.${index}.attn1.to_q.weight`);
}

function blockAt(file: SafetensorsFile, block: string): Block | undefined {
  const channels = file.tensors.get(`${prefix}${block}.0.in_layers.2.weight`)?.shape[0];
  return channels === undefined ? undefined : { channels, depth: depthOf(file, `${block}.1`) };
}

/** The down blocks by level. All blocks of a level are equal, and all levels have the same length. */
function downLevels(file: SafetensorsFile): { levels: Block[]; layers: number } {
  const byLevel: Block[][] = [[]];
  for (let index = 1; ; index++) {
    const block = blockAt(file, `input_blocks.${index}`);
    if (block !== undefined) byLevel.at(-1)?.push(block);
    else if (file.tensors.has(`${prefix}input_blocks.${index}.0.op.weight`)) byLevel.push([]);
    else break;
  }
  const layers = byLevel[0]?.length ?? 0;
  const levels = byLevel.map(([first, ...others]) => {
    const isOdd = others.length + 1 !== layers || others.some((block) => block.depth !== first?.depth);
    if (first === undefined || isOdd) throw otherShape(file, 'the blocks of its levels differ');
    return first;
  });
  return { levels, layers };
}

function upLevels(file: SafetensorsFile, levels: number, layers: number): Block[] {
  return Array.from({ length: levels * (layers + 1) }, (_, index) => {
    const block = blockAt(file, `output_blocks.${index}`);
    if (block === undefined) throw otherShape(file, `it has no output block ${index}`);
    return block;
  });
}

function otherShape(file: SafetensorsFile, what: string): LoraBridgeError {
  return new LoraBridgeError(
    'input.model.unsupported',
    `The UNet in ${file.path} does not have the structure of Stable Diffusion: ${what}.`,
    {
      file: file.path,
      hint: 'Distilled models such as SSD-1B are not supported: use the model that they were distilled from.',
    },
  );
}
