/** @file Reads a range of an open file sequentially, with a buffer. */
import { readSync } from 'node:fs';
import { broken } from './fault.js';

const bufferBytes = 0x10000;
const maximumLineBytes = 0x10000;

export class ByteReader {
  readonly #descriptor: number;
  readonly #end: number;
  /** Position in the file of the next byte. */
  position: number;
  #buffer = Buffer.alloc(0);
  #bufferBegin = 0;

  /** @param end the first byte that must not be read */
  constructor(
    readonly path: string,
    descriptor: number,
    begin: number,
    end: number,
  ) {
    this.#descriptor = descriptor;
    this.#end = end;
    this.position = begin;
  }

  byte(): number {
    return this.take(1)[0] ?? 0;
  }

  /** @throws LoraBridgeError `input.torch.invalid` when there are fewer, before allocating anything */
  take(count: number): Buffer {
    if (!(count <= this.#end - this.position)) throw broken(this.path, 'it is truncated');
    const begin = this.position - this.#bufferBegin;
    this.position += count;
    if (begin >= 0 && begin + count <= this.#buffer.length) return this.#buffer.subarray(begin, begin + count);
    const size = Math.min(Math.max(count, bufferBytes), this.#end - this.position + count);
    this.#bufferBegin = this.position - count;
    this.#buffer = Buffer.from(new ArrayBuffer(size));
    for (let got = 0; got < size; ) {
      const more = readSync(this.#descriptor, this.#buffer, got, size - got, this.#bufferBegin + got);
      if (more === 0) throw broken(this.path, 'it was truncated while it was read');
      got += more;
    }
    return this.#buffer.subarray(0, count);
  }

  /** Moves to a later position. */
  skipTo(position: number): void {
    if (!(position <= this.#end)) throw broken(this.path, 'it is truncated');
    this.position = position;
  }

  /** Up to the next line feed, which is dropped. */
  line(): string {
    const bytes: number[] = [];
    for (let next = this.byte(); next !== 0x0a; next = this.byte()) {
      if (bytes.push(next) > maximumLineBytes) throw broken(this.path, 'it has an unterminated line');
    }
    return Buffer.from(bytes).toString('utf8');
  }

  /** An unsigned 8-byte integer. */
  long(): number {
    const value = this.take(8).readBigUInt64LE();
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw broken(this.path, `it claims a length of ${value}`);
    return Number(value);
  }
}
