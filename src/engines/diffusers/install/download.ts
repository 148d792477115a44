/** @file Fetches a file whose bytes are known beforehand; what an earlier try has fetched is not fetched again. */
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { asLoraBridgeError, LoraBridgeError } from '../../../errors/lora-bridge-error.js';

export interface Wanted {
  readonly url: string;
  readonly sha256: string;
  readonly bytes: number;
}

const hint =
  'Check the connection, or the proxy (HTTPS_PROXY), and run the same command again: it goes on where it was.';

/**
 * Fetches a text or JSON document.
 * @throws LoraBridgeError `resource.download.failed`
 */
export async function fetchFrom(url: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
  const response = await fetch(url, { headers }).catch((cause: unknown) => {
    throw new LoraBridgeError('resource.download.failed', `${url} cannot be reached.`, { hint, cause });
  });
  if (response.ok) return response;
  throw new LoraBridgeError('resource.download.failed', `${url} answered ${response.status}.`, { hint });
}

/**
 * Fetches into `file`, by way of `file.part`. The file is there only once all its bytes are the wanted ones.
 * @throws LoraBridgeError `resource.download.failed`, `resource.disk.full`
 */
export async function download(
  { url, sha256, bytes }: Wanted,
  file: string,
  onProgress: (done: number, total: number) => void,
): Promise<void> {
  const part = `${file}.part`;
  let done = (await stat(part).catch(() => undefined))?.size ?? 0;
  if (done > bytes) done = 0;
  if (done < bytes) {
    const response = await fetchFrom(url, done === 0 ? {} : { Range: `bytes=${done}-` });
    // A server that knows no ranges sends everything again.
    if (response.status !== 206) done = 0;
    const body = Readable.fromWeb(response.body as Parameters<typeof Readable.fromWeb>[0]);
    body.on('data', (chunk: Buffer) => {
      done += chunk.length;
      onProgress(done, bytes);
    });
    await pipeline(body, createWriteStream(part, { flags: done === 0 ? 'w' : 'a' })).catch((cause: unknown) => {
      const known = asLoraBridgeError(cause, part);
      if (known.code !== 'internal') throw known;
      throw new LoraBridgeError('resource.download.failed', `The connection to ${url} broke off.`, { hint, cause });
    });
  }
  const hash = createHash('sha256');
  await pipeline(createReadStream(part), hash);
  if (hash.digest('hex') !== sha256) {
    await rm(part, { force: true });
    throw new LoraBridgeError('resource.download.failed', `${url} is not the file that was expected.`, {
      file,
      hint: 'Run the same command again. If that does not help, something on the way changes files.',
    });
  }
  await rename(part, file);
}
