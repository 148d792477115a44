/** @file An independent seed for every use of randomness, so that any step can be repeated on its own. */

/** What random numbers are used for; each purpose has its own stream. */
export type Purpose = 'weights' | 'order' | 'timestep' | 'noise' | 'latent' | 'evaluation';

const purposes: Record<Purpose, number> = { weights: 1, order: 2, timestep: 3, noise: 4, latent: 5, evaluation: 6 };

/** The finaliser of MurmurHash3 (Appleby, public domain): every bit of the input changes half of the output's. */
function mix(value: number): number {
  let hash = value >>> 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** A 32-bit seed from the run's seed, a purpose and an index (0 … 2³²−1). */
export function derivedSeed(seed: number, purpose: Purpose, index: number): number {
  return mix(mix(mix(seed) + purposes[purpose]) + Math.imul(index, 0x9e3779b1));
}

/** An integer in 0 … bound−1 from a 32-bit seed; the bias is below bound / 2³². */
export function integerBelow(bound: number, seed: number): number {
  return Math.floor((mix(seed + 0x6a09e667) / 2 ** 32) * bound);
}
