/** @file GET of shots and of the files of a run, and of nothing else, whatever path or link is requested. */
import { createReadStream } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, isAbsolute, join, relative, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { isRunFile } from '../jobs/checkpoints.js';
import { sha256OfFile } from '../store/pictures.js';
import type { Store } from '../store/store.js';

const contentTypes: Record<string, string> = {
  '.jpg': 'image/jpeg',
  '.png': 'image/png',
  '.json': 'application/json',
  '.jsonl': 'application/x-ndjson',
  '.txt': 'text/plain; charset=utf-8',
};

/** The real path of `parts` below `folder`, or undefined when it leads outside or does not exist. */
async function contained(folder: string, parts: readonly string[]): Promise<string | undefined> {
  // An encoded part can contain a separator or a NUL.
  if (parts.some((part) => /[/\\\0]/.test(part) || part === '..' || part === '')) return undefined;
  try {
    const [root, file] = await Promise.all([realpath(folder), realpath(join(folder, ...parts))]);
    const path = relative(root, file);
    return path !== '' && path.split(sep)[0] !== '..' && !isAbsolute(path) ? file : undefined;
  } catch {
    return undefined;
  }
}

export interface ServedFile {
  readonly path: string;
  /** Of an image: what it must have. */
  readonly sha256?: string;
}

/** `/files/shots/ID` and `/files/runs/JOB/PATH`, as events and descriptions give them. */
export async function findFile(store: Store, pathname: string): Promise<ServedFile | undefined> {
  let parts: string[];
  try {
    parts = pathname.split('/').slice(2).map(decodeURIComponent);
  } catch {
    return undefined;
  }
  const [kind, id = '', ...rest] = parts;
  if (kind === 'shots' && rest.length === 0) {
    const shot = store.shots.get(id);
    return shot && { path: store.pictures.path(shot.sha256), sha256: shot.sha256 };
  }
  const job = kind === 'runs' && rest.length > 0 ? store.jobs.get(id) : undefined;
  const path = job && (await contained(job.out, rest));
  return job && path && (await isRunFile(job.out, job.id, rest.join('/'))) ? { path } : undefined;
}

/** Answers with the file, with 404 when there is none, or with 500 when an image is not the one that was stored. */
export async function sendFile(
  request: IncomingMessage,
  response: ServerResponse,
  { path, sha256 }: ServedFile,
): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFile()) {
    response.writeHead(404).end();
    return;
  }
  // Read once before it is sent: what has been sent cannot be taken back.
  if (sha256 !== undefined && (await sha256OfFile(path).catch(() => '')) !== sha256) {
    response.writeHead(500, { 'content-type': 'application/json' });
    response.end(`${JSON.stringify({ message: 'The image was damaged on the disk. Send its shot again.' })}\n`);
    return;
  }
  response.writeHead(200, {
    'content-type': contentTypes[extname(path)] ?? 'application/octet-stream',
    'content-length': found.size,
    // Images come from clients: a browser must not interpret one as a page.
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
  });
  if (request.method === 'HEAD' || found.size === 0) {
    response.end();
    return;
  }
  // A file that grows meanwhile is sent up to the length announced.
  await pipeline(createReadStream(path, { end: found.size - 1 }), response).catch(() => response.destroy());
}
