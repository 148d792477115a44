/** @file Opens the weights of one network in a diffusers folder: one file or several shards, in the available precision. */
import { realpath } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { LoraBridgeError } from '../../errors/lora-bridge-error.js';
import { openSafetensors, type SafetensorsFile } from '../../safetensors/header.js';
import { tensorEntry } from '../../safetensors/read.js';
import { readConfigFile } from '../config/config-file.js';
import type { WeightSource, WeightView } from '../weights/network-weights.js';
import { bestCandidate, shardIndex } from '../weights/weight-files.js';

/**
 * Finds the weights of `name` among `present`, the names of the folder's files: `NAME.safetensors`, its shards by
 * `NAME.safetensors.index.json`, or a variant such as `NAME.fp16.safetensors` (shards: `NAME.safetensors.index.fp16.json`).
 * @throws LoraBridgeError `input.model.missing` when there are none; for shards what `openSafetensors` throws, and
 * `input.model.invalid` when the index names a file outside of the folder
 */
export async function findWeights(folder: string, present: readonly string[], name: string): Promise<WeightSource> {
  const best = bestCandidate(present, name);
  if (best === undefined) throw missing(join(folder, `${name}.safetensors`), present);
  const file = join(folder, best.file);
  return best.sharded ? await openShards(folder, file) : file;
}

async function openShards(folder: string, indexFile: string): Promise<ReadonlyMap<string, WeightView>> {
  const { weight_map: shardOf } = await readConfigFile(indexFile, shardIndex);
  const files = new Map<string, SafetensorsFile>();
  const views = new Map<string, WeightView>();
  for (const [tensor, shard] of Object.entries(shardOf)) {
    if (basename(shard) !== shard)
      throw new LoraBridgeError('input.model.invalid', `${indexFile} names a file in another folder: ${shard}.`, {
        file: indexFile,
        hint: 'Download the model again.',
      });
    const file = files.get(shard) ?? openSafetensors(await realShard(join(folder, shard)));
    files.set(shard, file);
    views.set(tensor, { file, tensor, shape: tensorEntry(file, tensor).shape });
  }
  return views;
}

async function realShard(file: string): Promise<string> {
  try {
    return await realpath(file);
  } catch (cause) {
    throw missing(file, [], cause);
  }
}

function missing(file: string, present: readonly string[], cause?: unknown): LoraBridgeError {
  const pickle = present.find((other) => other.endsWith('.bin'));
  return new LoraBridgeError('input.model.missing', `The model folder has no ${file}.`, {
    file,
    cause,
    hint: pickle
      ? `Convert the .bin file: \`lora-bridge convert ${join(dirname(file), pickle)} --out ${file}\`.`
      : 'Download the model again; the file may also be named `.fp16.safetensors`.',
  });
}
