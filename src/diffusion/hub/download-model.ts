/** @file Downloads a base model from the Hugging Face hub into the cache that it shares with Python. */
import { stat } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import { listFiles, modelInfo } from '@huggingface/hub';
import { z } from 'zod';
import { LoraBridgeError } from '../../errors/lora-bridge-error.js';
import { downloadFile } from '../../files/download.js';
import { readConfigFile } from '../config/config-file.js';
import { shardIndex } from '../weights/weight-files.js';
import { chooseFiles, type RepositoryFile } from './chosen-files.js';
import { CachedRepository } from './hub-cache.js';
import { type HubEnvironment, hubEnvironment } from './hub-environment.js';
import { hubOffline, hubRefusal, hubUnreachable } from './hub-errors.js';
import type { HubId } from './hub-id.js';

export interface DownloadOptions {
  /** Which copy of the weights to take, such as `fp16`. Default: the one that diffusers takes. */
  readonly variant?: string | undefined;
  /** Called after each chunk; bytes are counted over all files, earlier attempts included. */
  readonly onProgress?: ((bytes: number, total: number) => void) | undefined;
}

/**
 * Downloads the model's newest commit, except for files that are cached. Returns the path of its folder, or of its file.
 * @throws LoraBridgeError `resource.hub.offline`, `input.model.gone`, `input.model.denied`, `input.model.unsupported`,
 * `resource.download.*`
 */
export async function downloadModel(id: HubId, { variant, onProgress }: DownloadOptions = {}): Promise<string> {
  const environment = await hubEnvironment();
  if (environment.offline) throw hubOffline(id.repository);
  const request = hubFetch(environment, id.repository);
  const common = {
    hubUrl: environment.endpoint,
    fetch: request,
    ...(environment.token === undefined ? {} : { accessToken: environment.token }),
  };
  const { commit, all } = await contentsOf(id.repository, common);
  const { files, singleFile, shardIndexes } = chooseFiles(all, id.repository, id.file, variant);

  const cached = new CachedRepository(environment.cache, id.repository);
  let total = files.reduce((sum, { size }) => sum + size, 0);
  let finished = 0;
  const fetchFile = async (file: RepositoryFile): Promise<void> => {
    const link = join(cached.snapshotOf(commit), file.path);
    if ((await stat(link).catch(() => undefined)) === undefined) {
      const target = cached.blob(file.checksum);
      if ((await stat(target).catch(() => undefined)) === undefined)
        await downloadFile({
          target,
          size: file.size,
          checksum: file.checksum,
          request: (offset) =>
            request(fileUrl(environment, id.repository, commit, file.path), rangeFrom(offset, environment)),
          onProgress: (bytes) => onProgress?.(finished + bytes, total),
        });
      await cached.link(commit, file.path, file.checksum);
    }
    finished += file.size;
    onProgress?.(finished, total);
  };
  for (const file of files) await fetchFile(file);
  const shards: RepositoryFile[] = [];
  for (const path of shardIndexes) shards.push(...(await shardsOf(join(cached.snapshotOf(commit), path), path, all)));
  total += shards.reduce((sum, { size }) => sum + size, 0);
  for (const shard of shards) await fetchFile(shard);
  // Last, so that only complete models can be found.
  await cached.rememberMain(commit);
  return singleFile === undefined ? cached.snapshotOf(commit) : join(cached.snapshotOf(commit), singleFile);
}

type HubAccess = Pick<Parameters<typeof modelInfo>[0], 'hubUrl' | 'fetch'> & { accessToken?: string };

/** The newest commit of a repository and its files. */
async function contentsOf(repository: string, access: HubAccess) {
  try {
    const { sha } = await modelInfo({ name: repository, additionalFields: ['sha'], revision: 'main', ...access });
    const commit = z
      .string()
      .regex(/^[0-9a-f]{40}$/)
      .parse(sha);
    const all: RepositoryFile[] = [];
    for await (const entry of listFiles({ repo: repository, recursive: true, revision: commit, ...access }))
      if (entry.type === 'file') all.push(repositoryFile(entry));
    return { commit, all };
  } catch (cause) {
    if (cause instanceof LoraBridgeError) throw cause;
    throw new LoraBridgeError('resource.download.failed', `The hub's answer about ${repository} cannot be read.`, {
      cause,
      hint: 'Check HF_ENDPOINT, if it is set, and try again.',
    });
  }
}

function repositoryFile(entry: { path: string; size: number; oid?: string; lfs?: { oid: string } }): RepositoryFile {
  const checksum = entry.lfs?.oid ?? entry.oid ?? '';
  const isInside = posix.normalize(entry.path) === entry.path && !/^(\/|\.\.)|\\|:/.test(entry.path);
  if (!isInside || !/^([0-9a-f]{40}|[0-9a-f]{64})$/.test(checksum))
    throw new LoraBridgeError('resource.download.failed', `The hub lists an invalid file name: ${entry.path}.`, {
      hint: 'Use another copy of the model.',
    });
  return { path: entry.path, size: entry.size, checksum };
}

async function shardsOf(index: string, path: string, all: readonly RepositoryFile[]): Promise<RepositoryFile[]> {
  const { weight_map: shardOf } = await readConfigFile(index, shardIndex);
  const paths = new Set(Object.values(shardOf).map((shard) => posix.join(dirname(path), shard)));
  return all.filter((file) => paths.has(file.path));
}

const fileUrl = ({ endpoint }: HubEnvironment, repository: string, commit: string, path: string): string =>
  `${endpoint}/${repository}/resolve/${commit}/${path.split('/').map(encodeURIComponent).join('/')}`;

function rangeFrom(offset: number, { token }: HubEnvironment): RequestInit {
  return {
    headers: {
      ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
      ...(offset === 0 ? {} : { Range: `bytes=${offset}-` }),
      // Offsets in a compressed body would differ.
      'Accept-Encoding': 'identity',
    },
  };
}

/** `fetch` with our errors. */
function hubFetch({ endpoint }: HubEnvironment, repository: string): typeof fetch {
  return async (input, init) => {
    let response: Response;
    try {
      response = await fetch(input, init);
    } catch (cause) {
      throw hubUnreachable(endpoint, repository, cause);
    }
    if (!response.ok) throw await hubRefusal(response, repository);
    return response;
  };
}
