/**
 * @file The VAE's mean and log-variance of each picture variant, in one file of records of equal size. On disk, because
 * memory must not grow with the number of pictures; the operating system keeps what is used often in memory anyway.
 */
import { closeSync, openSync, readSync, rmSync, writeSync } from 'node:fs';

export interface LatentDistribution {
  /** [channels, height, width] */
  readonly mean: Float32Array;
  /** Same shape as the mean. */
  readonly logVariance: Float32Array;
}

export class LatentCache {
  private readonly descriptor: number;
  private readonly records = new Map<string, number>();
  private readonly record: Float32Array;

  /** `latentSize` is channels × height × width of a latent. An existing file at `path` is overwritten. */
  constructor(
    private readonly path: string,
    private readonly latentSize: number,
  ) {
    this.descriptor = openSync(path, 'w+');
    this.record = new Float32Array(2 * latentSize);
  }

  /** The distribution stored under `key`; else that which `encode` gives, stored under `key` in place of `replaces`. */
  async get(
    key: string,
    replaces: string | undefined,
    encode: () => Promise<LatentDistribution>,
  ): Promise<LatentDistribution> {
    const { record, latentSize } = this;
    const bytes = new Uint8Array(record.buffer);
    const known = this.records.get(key);
    if (known !== undefined) {
      readSync(this.descriptor, bytes, 0, bytes.byteLength, known * bytes.byteLength);
      return { mean: record.slice(0, latentSize), logVariance: record.slice(latentSize) };
    }
    const distribution = await encode();
    record.set(distribution.mean, 0);
    record.set(distribution.logVariance, latentSize);
    const position = this.claim(replaces);
    writeSync(this.descriptor, bytes, 0, bytes.byteLength, position * bytes.byteLength);
    this.records.set(key, position);
    return distribution;
  }

  private claim(replaces: string | undefined): number {
    const old = replaces === undefined ? undefined : this.records.get(replaces);
    if (replaces !== undefined && old !== undefined) {
      this.records.delete(replaces);
      return old;
    }
    return this.records.size;
  }

  /** Closes and deletes the file. */
  close(): void {
    closeSync(this.descriptor);
    rmSync(this.path, { force: true });
  }
}
