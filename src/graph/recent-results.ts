/** @file The results of the last few runs, found again by the numbers that were fed. */
import type { NumberArray } from './ir/dtype.js';

type Numbers = readonly NumberArray[];

/** As many as the timesteps of a picture. */
const mostEntries = 64;

/** Sixteen captions' keys and values of Stable Diffusion 1.5, or two's of SDXL: what guidance takes. */
const mostBytes = 128 * 2 ** 20;

const bytesOf = (numbers: NumberArray) => new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);

const isSame = (a: Numbers, b: Numbers): boolean =>
  a.every((numbers, index) => {
    const other = b[index];
    return other !== undefined && Buffer.compare(bytesOf(numbers), bytesOf(other)) === 0;
  });

/** Keeps the results used last: at most 64 of them and 128 MiB, but the very last one however large it is. */
export class RecentResults<Result> {
  /** Last used last. */
  readonly #entries: { readonly feeds: Numbers; readonly result: Result }[] = [];
  readonly #capacity: number;

  /** @param bytes what one entry takes, feeds and result */
  constructor(bytes: number) {
    this.#capacity = Math.min(mostEntries, Math.max(1, Math.floor(mostBytes / bytes)));
  }

  /** The result of the same numbers, bit by bit: one that is kept, or else a new one. */
  async get(feeds: Numbers, make: () => Promise<Result>): Promise<Result> {
    const index = this.#entries.findLastIndex((entry) => isSame(entry.feeds, feeds));
    const [known] = index < 0 ? [] : this.#entries.splice(index, 1);
    // The caller may write other numbers into the same arrays.
    const entry = known ?? { feeds: feeds.map((numbers) => numbers.slice()), result: await make() };
    this.#entries.push(entry);
    if (this.#entries.length > this.#capacity) this.#entries.shift();
    return entry.result;
  }
}
