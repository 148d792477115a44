/**
 * @file Opens a base model in a folder with the diffusers layout. Symbolic links, which the Hugging Face cache consists of, are resolved; no
 * weights are read.
 */
import { readdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { LoraBridgeError } from '../../errors/lora-bridge-error.js';
import { readConfigFile } from '../config/config-file.js';
import { textEncoderConfig } from '../config/text-encoder-config.js';
import { unetConfig } from '../config/unet-config.js';
import { pixelsPerLatent, vaeConfig } from '../config/vae-config.js';
import { familyOf } from '../families/families.js';
import { schedulerConfig } from '../noise-schedule.js';
import type { BaseModel, ModelOverrides, ModelPart, TextTower } from './base-model.js';
import { findWeights } from './folder-weights.js';
import { kindByInputChannels } from './refuse-other-files.js';

const modelIndex = z.object({
  _class_name: z.string(),
  force_zeros_for_empty_prompt: z.boolean().optional(),
  requires_aesthetics_score: z.boolean().optional(),
});

/**
 * `name` is for metadata and display.
 * @throws as `openModel` does
 */
export async function openDiffusersFolder(path: string, name: string, overrides: ModelOverrides): Promise<BaseModel> {
  const index = await refuseOtherFolders(path);
  const unet = await openPart(path, 'unet', 'diffusion_pytorch_model', unetConfig);
  const vae = await openPart(path, 'vae', 'diffusion_pytorch_model', vaeConfig);
  const family = familyOf(unet.config, overrides.family);
  const textEncoders: TextTower[] = [];
  for (const role of family.textEncoders) {
    const encoder = await openPart(path, role.folder, 'model', textEncoderConfig);
    textEncoders.push({ ...role, encoder, tokenizerFiles: { folder: join(path, role.tokenizer) } });
  }
  const textWidth = textEncoders.reduce((width, { encoder }) => width + encoder.config.hidden_size, 0);
  if (unet.config.cross_attention_dim !== textWidth)
    throw new LoraBridgeError(
      'input.model.invalid',
      `The UNet of ${path} expects text embeddings of width ${unet.config.cross_attention_dim}, but its text encoder produces width ${textWidth}.`,
      { file: path, hint: 'The folder mixes parts of two models: download it again.' },
    );
  const schedulerFile = join('scheduler', 'scheduler_config.json');
  const scheduler = await readConfigFile(join(path, schedulerFile), schedulerConfig);
  const { predictionType } = overrides;
  return {
    path,
    name,
    layout: 'diffusers folder',
    family,
    unet,
    vae,
    textEncoders,
    zerosForNoPrompt: index.force_zeros_for_empty_prompt ?? family.singleFile.zerosForNoPrompt,
    scheduler: { ...scheduler, ...(predictionType && { prediction_type: predictionType }) },
    predictionTypeFrom: predictionType ? 'as requested' : schedulerFile,
    resolution: (unet.config.sample_size ?? 64) * pixelsPerLatent(vae.config),
  };
}

/** Rejects other kinds of models by name, before their details fail to validate. Returns model_index.json. */
async function refuseOtherFolders(path: string): Promise<z.output<typeof modelIndex>> {
  const index = await readConfigFile(join(path, 'model_index.json'), modelIndex);
  const pipeline = index._class_name;
  if (/Inpaint/.test(pipeline)) throw unsupported(path, 'is an inpainting model');
  if (/^StableDiffusionXLImg2Img/.test(pipeline) || index.requires_aesthetics_score)
    throw unsupported(path, 'is the SDXL refiner', 'Use the SDXL base model: the refiner only finishes its images.');
  if (/^LatentConsistencyModel/.test(pipeline)) throw unsupported(path, 'is a latent consistency model');
  if (pipeline !== 'StableDiffusionPipeline' && pipeline !== 'StableDiffusionXLPipeline')
    throw unsupported(path, `is made for ${pipeline}`);
  const shape = await readConfigFile(
    join(path, 'unet', 'config.json'),
    z.object({ in_channels: z.int().default(4), time_cond_proj_dim: z.int().nullish() }),
  );
  const kind = kindByInputChannels(shape.in_channels);
  if (kind !== undefined) throw unsupported(path, `is ${kind}`);
  if (shape.time_cond_proj_dim) throw unsupported(path, 'is a latent consistency model');
  return index;
}

function unsupported(path: string, what: string, hint?: string): LoraBridgeError {
  return new LoraBridgeError('input.model.unsupported', `The model ${path} ${what}, which is not supported.`, {
    file: path,
    hint: hint ?? 'Use a Stable Diffusion 1.x, 2.x or SDXL text-to-image model.',
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
  const weights = await findWeights(folder, await readdir(folder), weightsName);
  return { config, weights: typeof weights === 'string' ? await realpath(weights) : weights };
}
