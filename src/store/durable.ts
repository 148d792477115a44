/** @file Files that are whole or not there, also after a power cut. */
import { randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

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

/** Makes the names in one folder durable for many at once: who asks while a sync runs shares the next one. */
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

/**
 * Writes a file so that its name always stands for whole content: temporary file, fsync, rename, fsync of the folder.
 * `temporary` must lie on the same file system; `syncNames` makes the names in the file's folder durable. Leaves nothing behind when it fails.
 */
export async function writeDurably(
  file: string,
  bytes: Uint8Array | string,
  { mode = 0o666, temporary = `${file}.${randomUUID()}.tmp`, syncNames = () => syncFolder(dirname(file)) } = {},
): Promise<void> {
  try {
    const handle = await open(temporary, 'wx', mode);
    try {
      await handle.writeFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncNames();
}
