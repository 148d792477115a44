/** @file Models of the hub in the local cache, whether downloaded by this project or by Python. */
import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { CachedRepository } from './hub-cache.js';
import { hubEnvironment } from './hub-environment.js';
import type { HubId } from './hub-id.js';

/** Folder or file of a model in the cache; undefined when it is not cached. */
export async function findCached({ repository, file }: HubId): Promise<string | undefined> {
  const { cache } = await hubEnvironment();
  const folder = await new CachedRepository(cache, repository).snapshot();
  if (folder === undefined) return undefined;
  if (file !== undefined) return (await isThere(join(folder, file))) ? join(folder, file) : undefined;
  if (await isThere(join(folder, 'model_index.json'))) return folder;
  const [only, ...others] = (await readdir(folder)).filter((name) => name.endsWith('.safetensors'));
  return only !== undefined && others.length === 0 ? join(folder, only) : undefined;
}

const isThere = async (path: string): Promise<boolean> => (await stat(path).catch(() => undefined)) !== undefined;

/** Ids of all model repositories in the cache. */
export async function cachedRepositories(): Promise<string[]> {
  const { cache } = await hubEnvironment();
  const names = await readdir(cache).catch(() => []);
  return names.flatMap((name) => {
    const [, owner, model] = /^models--([^-].*?)--(.+)$/.exec(name) ?? [];
    return owner === undefined ? [] : [`${owner}/${model}`];
  });
}

/** The id of the repository that a snapshot's folder belongs to; undefined for any other folder. */
export function repositoryOfSnapshot(folder: string): string | undefined {
  if (basename(dirname(folder)) !== 'snapshots') return undefined;
  const [, owner, model] = /^models--([^-].*?)--(.+)$/.exec(basename(dirname(dirname(folder)))) ?? [];
  return owner === undefined ? undefined : `${owner}/${model}`;
}
