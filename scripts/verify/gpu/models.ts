/** @file The base models of the checks: of real size with random weights, or tiny ones. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { RunSettings } from './check.js';
import { kitFolder } from './kit.js';

export type ModelName = 'sd15' | 'sdxl';

export interface TestModel {
  /** A whole base model in diffusers' layout. */
  readonly folder: string;
  /** Edge in pixels of the pictures to train on. */
  readonly resolution: number;
  /** Edge of their latents. */
  readonly latentEdge: number;
}

/** Where models.py writes: each model under its name once it is whole, a file `failed` where it gave up, finally a file `ended`. */
export const modelsFolder = (work: string): string => join(work, 'models');

const tiny: Record<ModelName, string> = { sd15: 'text-to-image/model', sdxl: 'families/sdxl' };
const resolutions: Record<ModelName, number> = { sd15: 512, sdxl: 1024 };

/** The model, once it is made. Throws where it cannot be made. */
export async function testModel({ size, work, noPython }: RunSettings, name: ModelName): Promise<TestModel> {
  if (size === 'tiny')
    return { folder: join(kitFolder, 'test', 'goldens', tiny[name]), resolution: 32, latentEdge: 16 };
  if (noPython !== undefined) throw new Error(`The model cannot be made: ${noPython}`);
  const folder = join(modelsFolder(work), name);
  while (!existsSync(folder)) {
    if (existsSync(join(modelsFolder(work), 'failed'))) throw new Error('The model could not be made; see log.txt.');
    await delay(100);
  }
  const resolution = resolutions[name];
  return { folder, resolution, latentEdge: resolution / 8 };
}

/** Resolves once no model is being made: making them takes memory of the device. */
export async function modelsAtRest({ work }: RunSettings): Promise<void> {
  const folder = modelsFolder(work);
  while (existsSync(folder) && !existsSync(join(folder, 'ended'))) await delay(100);
}
