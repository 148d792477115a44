/** @file Downloads one file, resumes where an earlier attempt was cut off, and accepts it only with the right checksum. */
import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, mkdir, open, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setTimeout } from 'node:timers/promises';
import { asLoraBridgeError, LoraBridgeError } from '../errors/lora-bridge-error.js';
import { replace } from './replace.js';

export interface FileDownload {
  /** Where the whole file goes. Until then its bytes are in the same folder, with `.incomplete` added to the name. */
  readonly target: string;
  readonly size: number;
  /** SHA-256, or the 40 digits by which git names a blob. */
  readonly checksum: string;
  /** Requests the bytes from `offset` on. Rejects if there is no response, or an unsuccessful one. */
  readonly request: (offset: number) => Promise<Response>;
  /** Called with the number of bytes received so far, those of earlier attempts included. */
  readonly onProgress: (bytes: number) => void;
}

/** Consecutive attempts without any new bytes before a download fails. */
const fruitlessAttempts = 3;
/** Pause after the first of them; longer after each further one. */
const pauseSeconds = 0.3;

/**
 * @throws LoraBridgeError `resource.download.damaged` if the checksum is wrong (the file is then deleted), what `request` rejects with
 * if repeated attempts bring no bytes, and the file system's errors as `asLoraBridgeError` names them
 */
export async function downloadFile(download: FileDownload): Promise<void> {
  const { target, size } = download;
  await mkdir(dirname(target), { recursive: true });
  const incomplete = `${target}.incomplete`;
  let done = Math.min((await stat(incomplete).catch(() => undefined))?.size ?? 0, size);
  download.onProgress(done);
  for (let fruitless = 0; done < size; ) {
    const before = done;
    let failure: unknown;
    try {
      done = await receive(download, incomplete, before);
    } catch (error) {
      if (isOfDisk(error)) throw asLoraBridgeError(error, incomplete);
      failure = error;
      done = Math.min((await stat(incomplete).catch(() => undefined))?.size ?? 0, size);
    }
    if (done === size) break;
    fruitless = done > before ? 0 : fruitless + 1;
    const isFinal = failure instanceof LoraBridgeError && !failure.retryable;
    if (isFinal || fruitless >= fruitlessAttempts)
      throw failure instanceof LoraBridgeError ? failure : cut(target, failure);
    await setTimeout(fruitless * pauseSeconds * 1000);
  }
  if (size === 0) await (await open(incomplete, 'w')).close();
  await checkAndKeep(download, incomplete);
}

/** Writes at explicit positions, so that two processes that download the same file do not disturb each other. */
async function receive(download: FileDownload, incomplete: string, offset: number): Promise<number> {
  const response = await download.request(offset);
  // A server without range requests sends the whole file again.
  let position = response.status === 206 ? offset : 0;
  let file: FileHandle | undefined;
  try {
    file = await open(incomplete, position === 0 ? 'w' : 'r+');
    for await (const chunk of response.body ?? []) {
      await file.write(chunk, 0, chunk.length, position);
      position += chunk.length;
      download.onProgress(Math.min(position, download.size));
    }
    return position;
  } finally {
    await file?.close();
  }
}

function isOfDisk(error: unknown): boolean {
  const { syscall } = error as NodeJS.ErrnoException;
  return error instanceof Error && (syscall === 'write' || syscall === 'open');
}

function cut(target: string, cause: unknown): LoraBridgeError {
  return new LoraBridgeError('resource.download.failed', `The download of ${target} stopped before it was complete.`, {
    cause,
    hint: 'Try again: it resumes where it stopped.',
  });
}

async function checkAndKeep({ target, size, checksum }: FileDownload, incomplete: string): Promise<void> {
  const hash = hashFor(checksum, size);
  await pipeline(createReadStream(incomplete), hash);
  if (hash.digest('hex') === checksum) {
    await syncFile(incomplete);
    // Another process may have been faster.
    await replace(incomplete, target).catch(async (error) => {
      if ((await stat(target).catch(() => undefined)) === undefined) throw asLoraBridgeError(error, target);
    });
    return;
  }
  await rm(incomplete, { force: true });
  throw new LoraBridgeError(
    'resource.download.damaged',
    `The downloaded file does not match its checksum: ${target}.`,
    {
      hint: 'It was deleted. Try again; if this repeats, a proxy or mirror may be altering files.',
    },
  );
}

/** Without it, a power cut could leave an empty file under the name of a verified one, which is not checked again. */
async function syncFile(path: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

function hashFor(checksum: string, size: number): Hash {
  return checksum.length === 64 ? createHash('sha256') : createHash('sha1').update(`blob ${size}\0`);
}
