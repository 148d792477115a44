/**
 * @file Opens a base model: `pocket`, the small model that ships with the project; a folder in the diffusers layout; a single
 * `.safetensors` file; or a downloaded model of the Hugging Face hub, by its id. Returns validated configurations and where the weights are
 * stored; nothing is loaded yet.
 */
import { realpath, stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { LoraBridgeError } from '../../errors/lora-bridge-error.js';
import { findCached, repositoryOfSnapshot } from '../hub/cached-model.js';
import { parseHubId } from '../hub/hub-id.js';
import type { BaseModel, ModelOverrides } from './base-model.js';
import { openDiffusersFolder } from './diffusers-folder.js';
import { pocketFolder } from './pocket-folder.js';
import { openSingleFile } from './single-file.js';

/**
 * Opens `base`, the path of a model or one of the names above.
 * @throws LoraBridgeError `input.model.missing` (a folder or file is missing), `input.model.invalid` (impossible values),
 * `input.model.unsupported` (a kind of model that this project does not run, by name) or `input.safetensors.*`
 */
export async function openModel(base: string, overrides: ModelOverrides = {}): Promise<BaseModel> {
  if (base === 'pocket') return await openDiffusersFolder(pocketFolder, base, overrides);
  const found = await stat(base).catch(() => undefined);
  if (found?.isDirectory()) {
    const path = await realpath(base);
    return await openDiffusersFolder(path, repositoryOfSnapshot(path) ?? basename(resolve(base)), overrides);
  }
  if (found !== undefined) {
    checkFileName(base);
    return await openSingleFile(base, overrides);
  }
  const id = parseHubId(base);
  const cached = id === undefined ? undefined : await findCached(id);
  if (cached !== undefined) return { ...(await openModel(cached, overrides)), name: base };
  throw new LoraBridgeError('input.model.missing', `There is no model ${base}.`, {
    file: base,
    hint:
      id !== undefined
        ? `If this is a name on the Hugging Face hub, download it first: lora-bridge models download ${base}`
        : 'Give `pocket`, the path of a diffusers folder (it holds model_index.json) or of a .safetensors file, or an id on the hub.',
  });
}

function checkFileName(file: string): void {
  if (!/\.(ckpt|pt|pth|bin)$/i.test(file)) return;
  throw new LoraBridgeError(
    'input.model.unsupported',
    `${file} is a pickle file, which can run arbitrary code when loaded.`,
    {
      file,
      hint: `Convert it first: \`lora-bridge convert ${file}\` reads only the tensors and writes a .safetensors file.`,
    },
  );
}
