/** @file The base model that a command names, found from where the command was given and not from where the daemon runs. */
import { openModel } from '../diffusion/model/open-model.js';

/**
 * `pocket`, or the absolute path of the model's folder.
 * @throws LoraBridgeError `input.model.*`: at once, before pictures are prepared for a model that cannot be used
 */
export async function findBase(base: string): Promise<string> {
  const { path } = await openModel(base);
  return base === 'pocket' ? base : path;
}
