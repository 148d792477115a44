/** @file Pictures by their SHA-256: `pictures/abcdef…`, in one folder, so that many names become durable in one sync. */
import { randomUUID } from 'node:crypto';
import { mkdirSync, rmSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { LoraBridgeError } from '../errors/lora-bridge-error.js';
import { FolderSync, syncFolder, writeDurably } from './durable.js';

/** Space that pictures leave free: the database has to be able to grow, or else nothing could even be removed. */
const reservedBytes = 8 << 20;

export class Pictures {
  readonly #folder: string;
  readonly #temporary: string;
  readonly #names: FolderSync;
  /** Bytes of the pictures that are being written. */
  #writing = 0;

  private constructor(folder: string) {
    this.#folder = folder;
    this.#temporary = join(folder, 'temporary');
    this.#names = new FolderSync(folder);
  }

  /** Makes the folders, and forgets what a killed process left half-written. */
  static async open(folder: string): Promise<Pictures> {
    const pictures = new Pictures(folder);
    rmSync(pictures.#temporary, { recursive: true, force: true });
    mkdirSync(pictures.#temporary, { recursive: true });
    await syncFolder(folder);
    return pictures;
  }

  /** Path of the picture with this hash, whether it is there or not. */
  path(sha256: string): string {
    return join(this.#folder, sha256);
  }

  /** Returns once the bytes are durable under their hash, which the caller has checked. Throws `resource.disk.full`. */
  async put(sha256: string, bytes: Uint8Array): Promise<void> {
    const file = this.path(sha256);
    this.#writing += bytes.length;
    try {
      this.#requireSpace();
      await writeDurably(file, bytes, {
        temporary: join(this.#temporary, randomUUID()),
        syncNames: () => this.#names.sync(),
      });
    } finally {
      this.#writing -= bytes.length;
    }
  }

  #requireSpace(): void {
    const { bavail, bsize } = statfsSync(this.#folder);
    if (bavail * bsize >= this.#writing + reservedBytes) return;
    throw new LoraBridgeError('resource.disk.full', `The disk of ${this.#folder} is full.`, {
      file: this.#folder,
      hint: 'Free some space on that disk, or remove characters that are no longer needed, and send the shot again.',
    });
  }

  remove(sha256: string): void {
    rmSync(this.path(sha256), { force: true });
  }
}
