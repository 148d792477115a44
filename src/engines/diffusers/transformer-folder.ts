/** @file Base models that only the diffusers engine can train: folders of Stable Diffusion 3 and Flux. */
import { realpath } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { z } from 'zod';
import { readConfigFile } from '../../diffusion/config/config-file.js';
import type { LoraFamily } from '../../diffusion/lora/lora-metadata.js';
import type { TrainedModel } from '../../training/backend.js';

export interface TransformerModel {
  /** Real path of the folder. */
  readonly path: string;
  /** For metadata and users. */
  readonly name: string;
  readonly title: string;
  readonly family: Extract<LoraFamily, 'sd3' | 'flux1'>;
  /** Edge in pixels of the images that the model was made for. */
  readonly resolution: number;
  readonly latents: TrainedModel['latents'];
}

/** By the name of the pipeline in `model_index.json`. */
const families: Readonly<Record<string, Pick<TransformerModel, 'family' | 'title'>>> = {
  StableDiffusion3Pipeline: { family: 'sd3', title: 'Stable Diffusion 3' },
  FluxPipeline: { family: 'flux1', title: 'Flux.1' },
};

const index = z.object({ _class_name: z.string() });
/** Defaults are those of diffusers' `AutoencoderKL`. */
const vae = z.object({
  block_out_channels: z.array(z.int().positive()).min(1),
  latent_channels: z.int().positive().default(4),
  scaling_factor: z.number().positive().default(0.18215),
  shift_factor: z.number().nullable().default(null),
});
/** Flux does not state the size of its latents; its pipeline's default is 128. */
const transformer = z.object({ sample_size: z.int().positive().default(128) });

/** Opens such a folder; undefined for anything else. @throws LoraBridgeError `input.model.missing`, `input.model.invalid` */
export async function openTransformerFolder(base: string): Promise<TransformerModel | undefined> {
  const path = await realpath(base).catch(() => base);
  const found = await readConfigFile(join(path, 'model_index.json'), index).catch(() => undefined);
  const family = families[found?._class_name ?? ''];
  if (family === undefined) return undefined;
  const { block_out_channels, latent_channels, scaling_factor, shift_factor } = await readConfigFile(
    join(path, 'vae', 'config.json'),
    vae,
  );
  const { sample_size: edge } = await readConfigFile(join(path, 'transformer', 'config.json'), transformer);
  const pixels = 2 ** (block_out_channels.length - 1);
  const latents = { channels: latent_channels, pixels, scale: scaling_factor, shift: shift_factor ?? 0 };
  return { path, name: basename(resolve(base)), ...family, resolution: edge * pixels, latents };
}
