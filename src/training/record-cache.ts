/**
 * @file A cache of encoded texts and images: one file of records of equal size. On disk, because memory must not grow with the number of
 * images; the operating system caches what is used often.
 */
import { closeSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { asLoraBridgeError, LoraBridgeError } from '../errors/lora-bridge-error.js';

export class RecordCache {
  readonly #path: string;
  readonly #descriptor: number;
  readonly #positions = new Map<string, number>();
  /** Places of records that were forgotten. */
  readonly #free: number[] = [];

  /** Values of each record: as many as the first one has. */
  #length = 0;

  /** An existing file at `path` is overwritten. */
  constructor(path: string) {
    this.#path = path;
    this.#descriptor = openSync(path, 'w+');
  }

  has(key: string): boolean {
    return this.#positions.has(key);
  }

  /** A copy of the record stored under `key`. Throws `internal` when there is none. */
  get(key: string): Float32Array {
    const position = this.#positions.get(key);
    if (position === undefined) throw new LoraBridgeError('internal', `There is no record ${key}.`);
    const record = new Float32Array(this.#length);
    const stride = 4 * this.#length;
    readSync(this.#descriptor, new Uint8Array(record.buffer), 0, stride, position * stride);
    return record;
  }

  /** Stores a record under a key that has none. Throws `resource.disk.full` and the like. */
  put(key: string, record: Float32Array): void {
    if (this.#length === 0) this.#length = record.length;
    if (record.length !== this.#length)
      throw new LoraBridgeError('internal', `The record ${key} has ${record.length} values, not ${this.#length}.`);
    const stride = 4 * this.#length;
    const position = this.#free.pop() ?? this.#positions.size;
    this.#write(new Uint8Array(record.buffer, record.byteOffset, stride), position * stride);
    this.#positions.set(key, position);
  }

  /** Gives the place of a record to the next one that is stored. */
  forget(key: string): void {
    const position = this.#positions.get(key);
    if (position === undefined) return;
    this.#positions.delete(key);
    this.#free.push(position);
  }

  #write(bytes: Uint8Array, at: number): void {
    try {
      // A disk that is nearly full takes a part of it.
      for (let done = 0; done < bytes.length; )
        done += writeSync(this.#descriptor, bytes, done, bytes.length - done, at + done);
    } catch (error) {
      throw asLoraBridgeError(error, this.#path);
    }
  }

  /** Closes and deletes the file. */
  close(): void {
    closeSync(this.#descriptor);
    rmSync(this.#path, { force: true });
  }
}
