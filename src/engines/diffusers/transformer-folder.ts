/** @file Base models that only the diffusers engine trains: folders of Stable Diffusion 3 and Flux. */
import { realpath } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { z } from 'zod';
import { readConfigFile } from '../../diffusion/config/config-file.js';
import type { LoraFamily } from '../../diffusion/lora/lora-metadata.js';

export interface TransformerModel {
  /** Real path of the folder. */
  readonly path: string;
  /** For metadata and people. */
  readonly name: string;
  readonly title: string;
  readonly family: Extract<LoraFamily, 'sd3' | 'flux1'>;
  /** Edge in pixels of the pictures that the model was made for. */
  readonly resolution: number;
}

/** By the name of the pipeline in `model_index.json`. */
const families: Readonly<Record<string, Pick<TransformerModel, 'family' | 'title'>>> = {
  StableDiffusion3Pipeline: { family: 'sd3', title: 'Stable Diffusion 3' },
  FluxPipeline: { family: 'flux1', title: 'Flux.1' },
};

const index = z.object({ _class_name: z.string() });
const vae = z.object({ block_out_channels: z.array(z.int().positive()).min(1) });
/** Flux does not say the size of its latents; its pipeline takes 128. */
const transformer = z.object({ sample_size: z.int().positive().default(128) });

/** Opens such a folder; undefined for whatever is none. @throws LoraBridgeError `input.model.missing`, `input.model.invalid` */
export async function openTransformerFolder(base: string): Promise<TransformerModel | undefined> {
  const path = await realpath(base).catch(() => base);
  const found = await readConfigFile(join(path, 'model_index.json'), index).catch(() => undefined);
  const family = families[found?._class_name ?? ''];
  if (family === undefined) return undefined;
  const { block_out_channels: blocks } = await readConfigFile(join(path, 'vae', 'config.json'), vae);
  const { sample_size: edge } = await readConfigFile(join(path, 'transformer', 'config.json'), transformer);
  return { path, name: basename(resolve(base)), ...family, resolution: edge * 2 ** (blocks.length - 1) };
}
