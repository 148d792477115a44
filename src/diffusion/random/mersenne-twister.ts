/** @file The 32-bit Mersenne Twister mt19937 (Matsumoto and Nishimura, 1998). */

const SIZE = 624;
const SHIFT = 397;

export class MersenneTwister {
  /** The state. */
  readonly #words = new Uint32Array(SIZE);
  /** Words of the state already returned; at 624 the next call makes new ones. */
  #index = SIZE;

  /** Seeds with the low 32 bits of an integer, as `init_genrand` of the reference and `torch.manual_seed` do. */
  constructor(seed: number) {
    let previous = seed % 0x1_0000_0000;
    this.#words[0] = previous;
    for (let position = 1; position < SIZE; position++) {
      previous = (Math.imul(1812433253, previous ^ (previous >>> 30)) + position) >>> 0;
      this.#words[position] = previous;
    }
  }

  /** The next 32 random bits. */
  next(): number {
    if (this.#index >= SIZE) this.#twist();
    let word = this.#words[this.#index++] ?? 0;
    word ^= word >>> 11;
    word ^= (word << 7) & 0x9d2c5680;
    word ^= (word << 15) & 0xefc60000;
    return (word ^ (word >>> 18)) >>> 0;
  }

  #twist(): void {
    const words = this.#words;
    for (let position = 0; position < SIZE; position++) {
      const high = (words[position] ?? 0) & 0x80000000;
      const low = (words[(position + 1) % SIZE] ?? 0) & 0x7fffffff;
      const mixed = high | low;
      const twisted = (mixed >>> 1) ^ (mixed & 1 ? 0x9908b0df : 0);
      words[position] = (words[(position + SHIFT) % SIZE] ?? 0) ^ twisted;
    }
    this.#index = 0;
  }
}
