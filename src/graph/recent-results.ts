/** @file A cache of the results of the last few runs, by what was fed. */
import type { NumberArray } from './ir/dtype.js';

type FeedArrays = readonly NumberArray[];

/** As many as an image has timesteps. */
const maximumEntries = 64;

/** Keys and values of sixteen captions with Stable Diffusion 1.5, or of two with SDXL, which is what guidance needs. */
const maximumBytes = 128 * 2 ** 20;

const bytesOf = (array: NumberArray) => new Uint8Array(array.buffer, array.byteOffset, array.byteLength);

const isSame = (a: FeedArrays, b: FeedArrays): boolean =>
  a.every((array, index) => {
    const other = b[index];
    return other !== undefined && Buffer.compare(bytesOf(array), bytesOf(other)) === 0;
  });

/** Keeps the results used last: at most 64 of them and 128 MiB, but always the last one, however large. */
export class RecentResults<Result> {
  /** The most recently used is last. */
  readonly #entries: { readonly feeds: FeedArrays; readonly result: Result }[] = [];
  readonly #capacity: number;

  /** @param bytes of one entry, feeds and result */
  constructor(bytes: number) {
    this.#capacity = Math.min(maximumEntries, Math.max(1, Math.floor(maximumBytes / bytes)));
  }

  /** The cached result for bit-identical feeds, or else a new one. */
  async get(feeds: FeedArrays, make: () => Promise<Result>): Promise<Result> {
    const index = this.#entries.findLastIndex((entry) => isSame(entry.feeds, feeds));
    const [known] = index < 0 ? [] : this.#entries.splice(index, 1);
    // Copied, because the caller may overwrite the arrays.
    const entry = known ?? { feeds: feeds.map((array) => array.slice()), result: await make() };
    this.#entries.push(entry);
    if (this.#entries.length > this.#capacity) this.#entries.shift();
    return entry.result;
  }
}
