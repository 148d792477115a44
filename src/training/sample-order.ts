/**
 * @file Which picture, variant and timestep each training sample has. A pure function of the seed and the sample's index,
 * so that a resumed run continues exactly as an uninterrupted one.
 */
import { derivedSeed, integerBelow } from './derived-seed.js';

export interface Sample {
  /** Index of the picture in the dataset. */
  readonly picture: number;
  readonly variant: number;
  /** The variant whose place this one takes, when the pool is redrawn. */
  readonly replaces: number | undefined;
  /** 0 … timesteps − 1 */
  readonly timestep: number;
  /** Seeds of the noise and of the latent's sampling. */
  readonly noiseSeed: number;
  readonly latentSeed: number;
}

export interface SampleOrderOptions {
  readonly seed: number;
  readonly pictures: number;
  /** How often an epoch has each picture; once by default. */
  readonly repeats?: readonly number[];
  /** Variants of each picture that are in the pool at once. */
  readonly variants: number;
  /** Timesteps of the noise schedule. */
  readonly timesteps: number;
}

/** How often each variant is seen before a new one takes its place. */
const visitsPerVariant = 4;

export class SampleOrder {
  readonly #options: SampleOrderOptions;
  #epoch = -1;
  #permutation: number[] = [];
  /** The picture of each place of an epoch. */
  readonly #places: readonly number[];

  constructor(options: SampleOrderOptions) {
    this.#options = options;
    const { pictures, repeats = [] } = options;
    this.#places = Array.from({ length: pictures }, (_, picture) =>
      Array<number>(repeats[picture] ?? 1).fill(picture),
    ).flat();
  }

  /** The sample at `index` (0, 1, …). Every picture comes as often as it repeats in an epoch, in a new order each time. */
  at(index: number): Sample {
    const { seed, timesteps } = this.#options;
    const length = this.#places.length;
    const epoch = Math.floor(index / length);
    if (epoch !== this.#epoch) {
      this.#permutation = shuffled(length, derivedSeed(seed, 'order', epoch));
      this.#epoch = epoch;
    }
    return {
      picture: this.#places[this.#permutation[index % length] ?? 0] ?? 0,
      ...this.#variantOf(epoch),
      timestep: integerBelow(timesteps, derivedSeed(seed, 'timestep', index)),
      noiseSeed: derivedSeed(seed, 'noise', index),
      latentSeed: derivedSeed(seed, 'latent', index),
    };
  }

  #variantOf(epoch: number): Pick<Sample, 'variant' | 'replaces'> {
    const { variants } = this.#options;
    // A pool of one is a background that the user chose: there is nothing to redraw.
    if (variants === 1) return { variant: 0, replaces: undefined };
    const variant = (epoch % variants) + variants * Math.floor(epoch / (variants * visitsPerVariant));
    return { variant, replaces: variant < variants ? undefined : variant - variants };
  }
}

/** The integers below `count` in an order given by the seed (Fisher–Yates). */
function shuffled(count: number, seed: number): number[] {
  const order = Array.from({ length: count }, (_, index) => index);
  for (let i = count - 1; i > 0; i--) {
    const j = integerBelow(i + 1, derivedSeed(seed, 'order', i));
    const swapped = order[i] ?? 0;
    order[i] = order[j] ?? 0;
    order[j] = swapped;
  }
  return order;
}
