/**
 * @file Results worth keeping (a text's embedding, the VAE's mean and log-variance of a picture variant) in one file of
 * records of equal size. On disk, because memory must not grow with the number of pictures; the operating system keeps what is
 * used often in memory anyway.
 */
import { closeSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { asLoraBridgeError } from '../errors/lora-bridge-error.js';

export class RecordCache {
  private readonly descriptor: number;
  private readonly positions = new Map<string, number>();

  /** `length` is how many numbers a record has. An existing file at `path` is overwritten. */
  constructor(
    private readonly path: string,
    private readonly length: number,
  ) {
    this.descriptor = openSync(path, 'w+');
  }

  /** The record stored under `key`; else what `compute` gives, stored under `key` in the place of `replaces`. */
  async get(key: string, replaces: string | undefined, compute: () => Promise<Float32Array>): Promise<Float32Array> {
    const stride = 4 * this.length;
    const known = this.positions.get(key);
    if (known !== undefined) {
      const record = new Float32Array(this.length);
      readSync(this.descriptor, new Uint8Array(record.buffer), 0, stride, known * stride);
      return record;
    }
    const record = await compute();
    const position = this.claim(replaces);
    this.write(new Uint8Array(record.buffer, record.byteOffset, stride), position * stride);
    this.positions.set(key, position);
    return record;
  }

  private write(bytes: Uint8Array, at: number): void {
    try {
      // A disk that is nearly full takes a part of it.
      for (let done = 0; done < bytes.length; )
        done += writeSync(this.descriptor, bytes, done, bytes.length - done, at + done);
    } catch (error) {
      throw asLoraBridgeError(error, this.path);
    }
  }

  private claim(replaces: string | undefined): number {
    const old = replaces === undefined ? undefined : this.positions.get(replaces);
    if (replaces === undefined || old === undefined) return this.positions.size;
    this.positions.delete(replaces);
    return old;
  }

  /** Closes and deletes the file. */
  close(): void {
    closeSync(this.descriptor);
    rmSync(this.path, { force: true });
  }
}
