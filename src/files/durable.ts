/**
 * @file Durable writes: once they return, the file is on disk under its name and survives a power cut; until then the old one does. Each
 * costs two syncs of the disk; where a lost file can be made again, atomic.ts is enough.
 */
import { closeSync, fsyncSync, openSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { restrictToUser } from './private.js';
import { replaceWith, replaceWithSync } from './replace.js';

/** Makes the names in a folder durable. Windows cannot open a folder for it; NTFS journals names by itself. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** As `syncFolder`, for processes that compute and have nothing else to do meanwhile. */
export function syncFolderSync(folder: string): void {
  if (process.platform === 'win32') return;
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Makes the names in one folder durable for many at once: callers that arrive during a sync share the next one. */
export class FolderSync {
  readonly #folder: string;
  #running: Promise<void> = Promise.resolve();
  #next: Promise<void> | undefined;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Resolves after a sync that began after this call. */
  sync(): Promise<void> {
    this.#next ??= this.#running
      .catch(() => {})
      .then(() => {
        this.#next = undefined;
        this.#running = syncFolder(this.#folder);
        return this.#running;
      });
    return this.#next;
  }
}

/** The mode of files that only their user may read and write, on Windows too. */
export const userOnly = 0o600;

export interface DurableOptions {
  readonly mode?: number;
  /** The name to write under first, on the same file system. Default: one next to the file. */
  readonly temporary?: string;
  /** Makes the names in the file's folder durable. Default: `syncFolder`. */
  readonly syncNames?: () => Promise<void>;
}

/**
 * Writes a file: temporary file, fsync, rename, fsync of the folder.
 * @throws LoraBridgeError as `replaceWith`
 */
export async function writeDurably(
  file: string,
  bytes: Uint8Array | string,
  { mode = 0o666, temporary, syncNames = () => syncFolder(dirname(file)) }: DurableOptions = {},
): Promise<void> {
  const write = async (path: string): Promise<void> => {
    const handle = await open(path, 'wx', mode);
    try {
      // The file keeps its access list when it is given its name.
      if (mode === userOnly) await restrictToUser(path);
      await handle.writeFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
  };
  await replaceWith(file, write, temporary);
  await syncNames();
}

/**
 * As `writeDurably`, with a function that writes to the open file.
 * @throws LoraBridgeError as `replaceWith`, and what `write` throws
 */
export function writeDurablySync(file: string, write: (descriptor: number) => void): void {
  replaceWithSync(file, (temporary) => {
    const descriptor = openSync(temporary, 'wx');
    try {
      write(descriptor);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  });
  syncFolderSync(dirname(file));
}
