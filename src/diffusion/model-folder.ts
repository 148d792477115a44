/**
 * @file Opens a base model: a folder in the diffusers layout, or `pocket`, the small model that ships with the project.
 * Callers get checked configurations and the real paths of the weight files, symbolic links of the Hugging Face cache
 * resolved; nothing is loaded yet.
 */
import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { LoraBridgeError } from '../errors/lora-bridge-error.js';
import { readConfigFile } from './config/config-file.js';
import { type TextEncoderConfig, textEncoderConfig } from './config/text-encoder-config.js';
import { type UnetConfig, unetConfig } from './config/unet-config.js';
import { pixelsPerLatent, type VaeConfig, vaeConfig } from './config/vae-config.js';
import { type SchedulerConfig, schedulerConfig } from './noise-schedule.js';

/** One network of a model: its shape, and the `.safetensors` file that holds its numbers. */
export interface ModelPart<Config> {
  readonly config: Config;
  readonly weights: string;
}

export interface ModelFolder {
  /** Real path of the folder. */
  readonly path: string;
  /** `pocket`, or the folder's own name: for metadata and people. */
  readonly name: string;
  readonly unet: ModelPart<UnetConfig>;
  readonly vae: ModelPart<VaeConfig>;
  readonly textEncoder: ModelPart<TextEncoderConfig>;
  /** Folder of the tokenizer's files. */
  readonly tokenizer: string;
  readonly scheduler: SchedulerConfig;
  /** Edge in pixels of the pictures that the model was made for. */
  readonly resolution: number;
}

// Right from src/diffusion and from dist/diffusion alike: both are two levels below the package.
const pocketFolder = fileURLToPath(new URL('../../src/diffusion/pocket/', import.meta.url));

/**
 * Opens `base`: `pocket`, or the path of a diffusers folder.
 * Throws `input.model.missing` (a folder or file is not there), `input.model.invalid` (it says something impossible) or
 * `input.model.unsupported` (a kind of model that this project does not run, by name).
 */
export async function openModelFolder(base: string): Promise<ModelFolder> {
  const path = base === 'pocket' ? pocketFolder : await existingFolder(base);
  await checkFamily(path);
  const scheduler = await readConfigFile(join(path, 'scheduler', 'scheduler_config.json'), schedulerConfig);
  if (scheduler.prediction_type !== 'epsilon')
    throw unsupported(path, `predicts ${scheduler.prediction_type}, not the noise (epsilon)`);
  const unet = await openPart(path, 'unet', 'diffusion_pytorch_model', unetConfig);
  const vae = await openPart(path, 'vae', 'diffusion_pytorch_model', vaeConfig);
  const textEncoder = await openPart(path, 'text_encoder', 'model', textEncoderConfig);
  if (unet.config.cross_attention_dim !== textEncoder.config.hidden_size)
    throw new LoraBridgeError(
      'input.model.invalid',
      `The UNet of ${path} expects text embeddings of width ${unet.config.cross_attention_dim}, its text encoder makes ${textEncoder.config.hidden_size}.`,
      { file: path, hint: 'The folder mixes parts of two models: download it again.' },
    );
  return {
    path,
    name: base === 'pocket' ? 'pocket' : basename(resolve(base)),
    unet,
    vae,
    textEncoder,
    tokenizer: join(path, 'tokenizer'),
    scheduler,
    resolution: (unet.config.sample_size ?? 64) * pixelsPerLatent(vae.config),
  };
}

async function existingFolder(base: string): Promise<string> {
  const found = await stat(base).catch(() => undefined);
  if (found?.isDirectory()) return realpath(base);
  if (found !== undefined)
    throw new LoraBridgeError('input.model.unsupported', `${base} is a file; a base model is a diffusers folder.`, {
      file: base,
      hint: 'Convert it with diffusers: `StableDiffusionPipeline.from_single_file(file).save_pretrained(folder)`.',
    });
  const isHubId = /^[\w-]+\/[\w.-]+$/.test(base);
  throw new LoraBridgeError('input.model.missing', `There is no model folder ${base}.`, {
    file: base,
    hint: isHubId
      ? `If this is a name on the Hugging Face hub, download it first: \`hf download ${base} --local-dir FOLDER\`.`
      : 'Give the path of a folder in the diffusers layout (it holds model_index.json), or `pocket`.',
  });
}

/** Refuses, by name, what is not Stable Diffusion 1.x text-to-image before its details fail to make sense. */
async function checkFamily(path: string): Promise<void> {
  const index = await readConfigFile(join(path, 'model_index.json'), z.object({ _class_name: z.string() }));
  if (/XL/.test(index._class_name)) throw unsupported(path, 'is an SDXL model');
  if (/Inpaint/.test(index._class_name)) throw unsupported(path, 'is an inpainting model');
  if (index._class_name !== 'StableDiffusionPipeline') throw unsupported(path, `is made for ${index._class_name}`);
  const shape = await readConfigFile(
    join(path, 'unet', 'config.json'),
    z.object({ in_channels: z.int().default(4), addition_embed_type: z.string().nullish() }),
  );
  if (shape.addition_embed_type === 'text_time') throw unsupported(path, 'is an SDXL model');
  if (shape.in_channels === 9) throw unsupported(path, 'is an inpainting model (its UNet has 9 input channels)');
  if (shape.in_channels !== 4) throw unsupported(path, `has a UNet with ${shape.in_channels} input channels, not 4`);
}

function unsupported(path: string, what: string): LoraBridgeError {
  return new LoraBridgeError('input.model.unsupported', `The model ${path} ${what}, which is not supported yet.`, {
    file: path,
    hint: 'Use a Stable Diffusion 1.x text-to-image model in the diffusers layout.',
  });
}

async function openPart<Config>(
  path: string,
  part: string,
  weightsName: string,
  schema: z.ZodType<Config>,
): Promise<ModelPart<Config>> {
  const folder = join(path, part);
  const config = await readConfigFile(join(folder, 'config.json'), schema);
  const present = new Set(await readdir(folder));
  const name = [`${weightsName}.safetensors`, `${weightsName}.fp16.safetensors`].find((file) => present.has(file));
  if (name !== undefined) return { config, weights: await realpath(join(folder, name)) };
  const file = join(folder, `${weightsName}.safetensors`);
  const hasPickle = [...present].some((other) => other.endsWith('.bin'));
  throw new LoraBridgeError('input.model.missing', `The model folder has no ${file}.`, {
    file,
    hint: hasPickle
      ? 'Only .bin files are there: load the model in diffusers and save it with `save_pretrained(folder, safe_serialization=True)`.'
      : 'Download the model again; the file may also be named `.fp16.safetensors`.',
  });
}
