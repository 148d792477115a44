/** @file The base models on this machine: pocket, those in the data folder, those in the hub's cache. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { cachedRepositories } from '../diffusion/hub/cached-model.js';
import type { BaseModel } from '../diffusion/model/base-model.js';
import { openModel } from '../diffusion/model/open-model.js';
import { asLoraBridgeError, type LoraBridgeError } from '../errors/lora-bridge-error.js';
import type { Home } from '../store/home.js';
import { openTrainableBase, type TrainableBase } from './trainable-base.js';

export interface ListedModel {
  /** Value for --base. */
  readonly base: string;
  readonly model?: BaseModel;
  /** Which engines can train it. */
  readonly trainable?: TrainableBase;
  readonly problem?: LoraBridgeError;
}

/** All of them, pocket first; only headers and configurations are read. */
export async function listBaseModels({ models }: Home): Promise<ListedModel[]> {
  const own = (await readdir(models).catch(() => [])).filter((name) => !name.startsWith('.'));
  const listed: ListedModel[] = [];
  for (const base of ['pocket', ...own.map((name) => join(models, name))]) listed.push(await inspect(base));
  for (const repository of await cachedRepositories()) {
    const found = await inspect(repository);
    // The cache is shared with every other use of the hub: anything but base models is skipped.
    if (found.trainable !== undefined) listed.push(found);
  }
  return listed;
}

async function inspect(base: string): Promise<ListedModel> {
  try {
    const trainable = await openTrainableBase(base);
    return trainable.engines.includes('native')
      ? { base, trainable, model: await openModel(base) }
      : { base, trainable };
  } catch (error) {
    return { base, problem: asLoraBridgeError(error) };
  }
}
