/** @file Images by their SHA-256: `pictures/abcdef…`, in one folder, so that one sync makes many names durable. */
import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, mkdirSync, rmSync, statfsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { LoraBridgeError } from '../errors/lora-bridge-error.js';
import { FolderSync, syncFolder, writeDurably } from '../files/durable.js';

/** Space that images leave free: without room for the database to grow, not even a removal could be recorded. */
const reservedBytes = 8 << 20;

/** Of a file's content, in lower-case hexadecimal; read in pieces, so that nothing else has to wait. */
export async function sha256OfFile(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

export class Pictures {
  readonly #folder: string;
  readonly #temporary: string;
  readonly #names: FolderSync;
  /** Bytes of the images being written. */
  #writing = 0;
  /** Pictures on their way to the disk, by hash: the same one sent twice at once is written once. */
  readonly #putting = new Map<string, Promise<void>>();

  private constructor(folder: string) {
    this.#folder = folder;
    this.#temporary = join(folder, 'temporary');
    this.#names = new FolderSync(folder);
  }

  /** Creates the folders, and deletes what a killed process left unfinished. */
  static async open(folder: string): Promise<Pictures> {
    const pictures = new Pictures(folder);
    rmSync(pictures.#temporary, { recursive: true, force: true });
    mkdirSync(pictures.#temporary, { recursive: true });
    await syncFolder(folder);
    return pictures;
  }

  /** Path of the image with this hash, whether it exists or not. */
  path(sha256: string): string {
    return join(this.#folder, sha256);
  }

  /**
   * Returns once the bytes are durable under their hash, which the caller has checked. What is there and intact is not written again:
   * on Windows a picture that is just being read could not be replaced.
   * @throws LoraBridgeError `resource.disk.full`
   */
  async put(sha256: string, bytes: Uint8Array): Promise<void> {
    const putting = this.#putting.get(sha256) ?? this.#put(sha256, bytes);
    this.#putting.set(sha256, putting);
    try {
      await putting;
    } finally {
      this.#putting.delete(sha256);
    }
  }

  async #put(sha256: string, bytes: Uint8Array): Promise<void> {
    const file = this.path(sha256);
    if (await this.isIntact(sha256)) return await this.#names.sync();
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

  /** Whether the image with this hash is there, with the bytes that it must have. */
  async isIntact(sha256: string): Promise<boolean> {
    return (await sha256OfFile(this.path(sha256)).catch(() => undefined)) === sha256;
  }

  /** The hashes of all images. */
  async list(): Promise<string[]> {
    return (await readdir(this.#folder)).filter((name) => /^[0-9a-f]{64}$/.test(name));
  }

  remove(sha256: string): void {
    rmSync(this.path(sha256), { force: true });
  }
}
