/** @file The base model that a command names, found from where the command was given and not from where the daemon runs. */
import { downloadModel } from '../diffusion/hub/download-model.js';
import { type HubId, parseHubId } from '../diffusion/hub/hub-id.js';
import type { BaseModel, ModelOverrides } from '../diffusion/model/base-model.js';
import { openModel } from '../diffusion/model/open-model.js';
import { openTrainableBase, type TrainableBase } from '../engines/trainable-base.js';
import { LoraBridgeError } from '../errors/lora-bridge-error.js';
import { downloadProgress } from './download-progress.js';
import { ProgressLine } from './progress.js';

/**
 * Opens the model, and downloads it first where it is an id on the Hugging Face hub and not there yet.
 * @throws LoraBridgeError `input.model.*`, `resource.hub.offline`, `resource.download.*`
 */
export async function openBase(base: string, overrides: ModelOverrides, quiet: boolean): Promise<BaseModel> {
  try {
    return await openModel(base, overrides);
  } catch (error) {
    const id = parseHubId(base);
    const isMissing = error instanceof LoraBridgeError && error.code === 'input.model.missing';
    if (!isMissing || id === undefined) throw error;
    await downloadBase(id, undefined, quiet);
    return await openModel(base, overrides);
  }
}

/**
 * A base model to train, whatever engine does; it is downloaded first, as `openBase` does.
 * @throws LoraBridgeError as `openBase`: at once, before images are prepared for a model that cannot be used
 */
export async function findBase(
  base: string,
  overrides: ModelOverrides,
  quiet: boolean,
): Promise<
  TrainableBase & { /** `pocket`, or the absolute path of the model's folder or file. */ readonly base: string }
> {
  const found = await openTrainableBase(base, overrides).catch(async (error) => {
    if (!(error instanceof LoraBridgeError) || error.code !== 'input.model.missing') throw error;
    const { path } = await openBase(base, overrides, quiet);
    return await openTrainableBase(path, overrides);
  });
  return { ...found, base: base === 'pocket' ? base : found.path };
}

/** Downloads a model from the hub and shows how far it is. Returns its path in the cache. */
export async function downloadBase(id: HubId, variant: string | undefined, quiet: boolean): Promise<string> {
  const line = new ProgressLine(quiet);
  try {
    return await downloadModel(id, { variant, onProgress: downloadProgress(line) });
  } finally {
    line.end();
  }
}
