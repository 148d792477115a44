/** @file Reads a part of an open file from front to back, a piece at a time. */
import { readSync } from 'node:fs';
import { broken } from './fault.js';

const pieceBytes = 0x10000;
const longestLine = 0x10000;

export class ByteReader {
  /** Where in the file the next byte lies. */
  position: number;
  #piece = Buffer.alloc(0);
  #pieceBegin = 0;

  /** @param end the first byte that must not be read */
  constructor(
    readonly path: string,
    private readonly descriptor: number,
    begin: number,
    private readonly end: number,
  ) {
    this.position = begin;
  }

  byte(): number {
    return this.take(1)[0] ?? 0;
  }

  /** @throws LoraBridgeError `input.torch.invalid` when there are fewer; nothing is allocated then */
  take(count: number): Buffer {
    if (!(count <= this.end - this.position)) throw broken(this.path, 'it is truncated');
    const begin = this.position - this.#pieceBegin;
    this.position += count;
    if (begin >= 0 && begin + count <= this.#piece.length) return this.#piece.subarray(begin, begin + count);
    const wanted = Math.min(Math.max(count, pieceBytes), this.end - this.position + count);
    this.#pieceBegin = this.position - count;
    this.#piece = Buffer.from(new ArrayBuffer(wanted));
    for (let got = 0; got < wanted; ) {
      const more = readSync(this.descriptor, this.#piece, got, wanted - got, this.#pieceBegin + got);
      if (more === 0) throw broken(this.path, 'it was truncated while it was read');
      got += more;
    }
    return this.#piece.subarray(0, count);
  }

  /** Goes on at a later place. */
  skipTo(position: number): void {
    if (!(position <= this.end)) throw broken(this.path, 'it is truncated');
    this.position = position;
  }

  /** Up to the next line feed, which is left out. */
  line(): string {
    const bytes: number[] = [];
    for (let next = this.byte(); next !== 0x0a; next = this.byte()) {
      if (bytes.push(next) > longestLine) throw broken(this.path, 'it has an unterminated line');
    }
    return Buffer.from(bytes).toString('utf8');
  }

  /** An unsigned number of 8 bytes. */
  long(): number {
    const value = this.take(8).readBigUInt64LE();
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw broken(this.path, `it claims a length of ${value}`);
    return Number(value);
  }
}
