/**
 * @file Opens a base model in one `.safetensors` file with CompVis' LDM layout (Stable Diffusion 1.x and 2.x) or Stability's sgm layout
 * (SDXL). Such files hold no configuration: it is derived from the shapes and the family. Nothing is copied: the weights are views of the
 * file.
 */
import { realpath } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { LoraBridgeError } from '../../errors/lora-bridge-error.js';
import { openSafetensors, type SafetensorsFile } from '../../safetensors/header.js';
import { type TextEncoderConfig, textEncoderConfig } from '../config/text-encoder-config.js';
import { type VaeConfig, vaeConfig } from '../config/vae-config.js';
import type { Family } from '../families/family.js';
import { headsOf64, type TextEncoderLayout } from '../families/single-file-layout.js';
import { vaeModuleNames } from '../families/vae-names.js';
import { type SchedulerConfig, schedulerConfig } from '../noise-schedule.js';
import type { NetworkWeights } from '../weights/network-weights.js';
import type { BaseModel, ModelOverrides, ModelPart, TextTower } from './base-model.js';
import { configOf, countFrom, renamedViews } from './file-views.js';
import { pocketFolder } from './pocket-folder.js';
import { predictionTypeOf } from './prediction-type.js';
import { refuseOtherFiles } from './refuse-other-files.js';
import { unetOfFile } from './unet-of-file.js';

/**
 * @throws what `openSafetensors` throws, and `input.model.unsupported`, by name, for a file that holds anything other than a Stable
 * Diffusion text-to-image model
 */
export async function openSingleFile(path: string, overrides: ModelOverrides): Promise<BaseModel> {
  // Not the real path: in the Hugging Face cache that is a checksum.
  return { ...modelOfFile(openSafetensors(await realpath(path)), overrides), path: resolve(path), name: nameOf(path) };
}

const nameOf = (path: string): string => basename(path).replace(/\.safetensors$/i, '');

/**
 * The model that a file holds.
 * @throws as `openSingleFile` does
 */
export function modelOfFile(file: SafetensorsFile, overrides: ModelOverrides): BaseModel {
  refuseOtherFiles(file);
  const { family, unet } = unetOfFile(file, overrides.family);
  const { singleFile } = family;
  const prediction = predictionTypeOf(file, family, overrides.predictionType);
  const [width, height] =
    /^(\d+)x(\d+)$/
      .exec(file.metadata['modelspec.resolution'] ?? '')
      ?.slice(1)
      .map(Number) ?? [];
  return {
    path: file.path,
    name: nameOf(file.path),
    layout: 'single file',
    family,
    unet,
    vae: vaeOfFile(file, family),
    textEncoders: family.textEncoders.map((role, index): TextTower => {
      const layout = singleFile.textEncoders[index];
      if (layout === undefined)
        throw new LoraBridgeError('internal', `${family.name} has no layout of ${role.folder}.`);
      const padding = layout.names.padding;
      return {
        ...role,
        encoder: textEncoderOfFile(file, layout),
        tokenizerFiles: { folder: `${pocketFolder}tokenizer`, ...(padding === undefined ? {} : { padding }) },
      };
    }),
    zerosForNoPrompt: singleFile.zerosForNoPrompt,
    scheduler: schedulerOf(file, family, prediction.type),
    predictionTypeFrom: prediction.from,
    resolution: width && width === height ? width : singleFile.resolution(prediction.type),
  };
}

/** The schedule that all these models were trained with; models with zero terminal SNR have an empty marker tensor `ztsnr`. */
function schedulerOf(file: SafetensorsFile, family: Family, predictionType: SchedulerConfig['prediction_type']) {
  const isZeroSnr = file.tensors.has('ztsnr');
  const spacing = isZeroSnr ? 'trailing' : family.singleFile.timestepSpacing;
  return schedulerConfig.parse({
    beta_schedule: 'scaled_linear',
    beta_start: 0.00085,
    beta_end: 0.012,
    steps_offset: 1,
    set_alpha_to_one: false,
    clip_sample: false,
    prediction_type: predictionType,
    rescale_betas_zero_snr: isZeroSnr,
    ...(spacing === undefined ? {} : { timestep_spacing: spacing }),
  });
}

function vaeOfFile(file: SafetensorsFile, family: Family): ModelPart<VaeConfig> {
  const prefix = 'first_stage_model.';
  const shape = (name: string) => file.tensors.get(prefix + name)?.shape;
  const levels = countFrom(file, (index) => `${prefix}encoder.down.${index}.block.0.conv1.weight`);
  const layers = countFrom(file, (index) => `${prefix}encoder.down.0.block.${index}.conv1.weight`);
  const config = configOf(file, 'VAE', vaeConfig, {
    block_out_channels: Array.from(
      { length: levels },
      (_, level) => shape(`encoder.down.${level}.block.0.conv1.weight`)?.[0],
    ),
    down_block_types: Array(levels).fill('DownEncoderBlock2D'),
    up_block_types: Array(levels).fill('UpDecoderBlock2D'),
    layers_per_block: layers,
    latent_channels: shape('decoder.conv_in.weight')?.[1],
    use_quant_conv: shape('quant_conv.weight') !== undefined,
    use_post_quant_conv: shape('post_quant_conv.weight') !== undefined,
    mid_block_add_attention: shape('encoder.mid.attn_1.q.weight') !== undefined,
    scaling_factor: family.singleFile.vaeScalingFactor,
  });
  return { config, weights: renamedViews(file, prefix, vaeModuleNames(levels, layers)) };
}

function textEncoderOfFile(
  file: SafetensorsFile,
  { prefix, names, unusedLayers }: TextEncoderLayout,
): ModelPart<TextEncoderConfig> {
  const weights: NetworkWeights = names.views(file, prefix);
  const [vocabulary, width] = weights.get('embeddings.token_embedding.weight')?.shape ?? [];
  if (vocabulary === undefined || width === undefined)
    throw new LoraBridgeError('input.model.unsupported', `${file.path} lacks a text encoder (${prefix}*).`, {
      file: file.path,
      hint: 'Use the full checkpoint: this file may hold only the UNet.',
    });
  let layers = 0;
  while (weights.has(`encoder.layers.${layers}.layer_norm1.weight`)) layers++;
  const config = configOf(file, 'text encoder', textEncoderConfig, {
    vocab_size: vocabulary,
    hidden_size: width,
    intermediate_size: weights.get('encoder.layers.0.mlp.fc1.weight')?.shape[0],
    num_hidden_layers: layers - unusedLayers,
    // Of 64 channels each, in every text encoder of Stable Diffusion.
    num_attention_heads: headsOf64(width),
    hidden_act: names.activation,
  });
  return { config, weights };
}
