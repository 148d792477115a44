/** @file Pictures by their SHA-256: `pictures/ab/cdef…`. */
import { randomUUID } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { stat, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { LoraBridgeError } from '../errors/lora-bridge-error.js';
import { syncFolder, writeDurably } from './durable.js';

/** Space that pictures leave free: the database has to be able to grow, or else nothing could even be removed. */
const reservedBytes = 8 << 20;

export class Pictures {
  readonly #folder: string;
  readonly #temporary: string;
  /** Bytes of the pictures that are being written. */
  #writing = 0;

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

  /** Returns once the bytes are durable under their hash, which the caller has checked. Throws `resource.disk.full`. */
  async put(sha256: string, bytes: Uint8Array): Promise<void> {
    const file = this.path(sha256);
    const present = await stat(file).then(
      (found) => found.size === bytes.length,
      () => false,
    );
    // Present means whole: names appear by rename after fsync. The name itself may not be durable yet.
    if (present) return await syncFolder(dirname(file));
    this.#writing += bytes.length;
    try {
      await this.#requireSpace();
      await writeDurably(file, bytes, { temporary: join(this.#temporary, randomUUID()) });
    } finally {
      this.#writing -= bytes.length;
    }
  }

  async #requireSpace(): Promise<void> {
    const { bavail, bsize } = await statfs(this.#folder);
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
