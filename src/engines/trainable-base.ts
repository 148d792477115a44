/** @file Which engines can train a base model, and its image size. */
import type { ModelOverrides } from '../diffusion/model/base-model.js';
import { openModel } from '../diffusion/model/open-model.js';
import { LoraBridgeError } from '../errors/lora-bridge-error.js';
import type { TrainOptions } from '../protocol/train-options.js';
import { openTransformerFolder } from './diffusers/transformer-folder.js';

export type EngineName = Exclude<TrainOptions['engine'], 'auto'>;

export interface TrainableBase {
  readonly path: string;
  /** Name of the family, as users know it. */
  readonly title: string;
  /** Edge in pixels of the images that the model was made for. */
  readonly resolution: number;
  /** The engines that train it, the native one first. */
  readonly engines: readonly [EngineName, ...EngineName[]];
}

/** @throws LoraBridgeError as `openModel`, for what no engine trains */
export async function openTrainableBase(base: string, overrides: ModelOverrides = {}): Promise<TrainableBase> {
  try {
    const { path, family, resolution, layout } = await openModel(base, overrides);
    const engines = layout === 'single file' ? (['native'] as const) : (['native', 'diffusers'] as const);
    return { path, title: family.title, resolution, engines };
  } catch (error) {
    const isOther = error instanceof LoraBridgeError && error.code.startsWith('input.model.');
    const model = isOther ? await openTransformerFolder(base) : undefined;
    if (model === undefined) throw error;
    const { path, title, resolution } = model;
    return { path, title, resolution, engines: ['diffusers'] };
  }
}
