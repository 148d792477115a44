/** @file Pictures by their SHA-256: `pictures/ab/cdef…`. */
import { randomUUID } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { syncFolder, writeDurably } from './durable.js';

export class Pictures {
  readonly #folder: string;
  readonly #temporary: string;

  private constructor(folder: string) {
    this.#folder = folder;
    this.#temporary = join(folder, 'temporary');
  }

  /** Makes the folders, and forgets what a killed process left half-written. */
  static async open(folder: string): Promise<Pictures> {
    const pictures = new Pictures(folder);
    rmSync(pictures.#temporary, { recursive: true, force: true });
    mkdirSync(pictures.#temporary, { recursive: true });
    for (let byte = 0; byte < 256; byte++)
      mkdirSync(join(folder, byte.toString(16).padStart(2, '0')), { recursive: true });
    await syncFolder(folder);
    return pictures;
  }

  /** Path of the picture with this hash, whether it is there or not. */
  path(sha256: string): string {
    return join(this.#folder, sha256.slice(0, 2), sha256.slice(2));
  }

  /** Returns once the bytes are durable under their hash, which the caller has checked. */
  async put(sha256: string, bytes: Uint8Array): Promise<void> {
    const file = this.path(sha256);
    const present = await stat(file).then(
      (found) => found.size === bytes.length,
      () => false,
    );
    // Present means whole: names appear by rename after fsync. The name itself may not be durable yet.
    if (present) return await syncFolder(dirname(file));
    await writeDurably(file, bytes, { temporary: join(this.#temporary, randomUUID()) });
  }

  remove(sha256: string): void {
    rmSync(this.path(sha256), { force: true });
  }
}
