/**
 * @file torch's CPU generator: the samples of `torch.randn` for a seed. Follows `aten/src/ATen/native/cpu/DistributionTemplates.h`
 * and `core/DistributionsHelper.h` of PyTorch.
 */
import { MersenneTwister } from './mersenne-twister.js';
import type { NormalGenerator } from './normal-generator.js';

const BLOCK = 16;
const HALF = 8;
const TWO_PI = 2 * Math.PI;

export class TorchCpuGenerator implements NormalGenerator {
  readonly #engine: MersenneTwister;
  /** The second half of the last pair of single samples, until it is taken. */
  #cachedNormal: number | undefined;

  /** As `torch.Generator('cpu').manual_seed(seed)`; only the low 32 bits count, there as here. */
  constructor(seed: number) {
    this.#engine = new MersenneTwister(seed);
  }

  /** `torch.randn(count)`: torch has one algorithm for fewer than 16 samples and another for 16 or more. */
  normal(count: number): Float32Array {
    if (count < BLOCK) return Float32Array.from({ length: count }, () => this.#singleNormal());
    const samples = this.#uniforms(count);
    for (let start = 0; start + BLOCK <= count; start += BLOCK) boxMuller(samples, start);
    if (count % BLOCK !== 0) {
      // The last block overlaps the one before, with new uniforms for all of it.
      const start = count - BLOCK;
      samples.set(this.#uniforms(BLOCK), start);
      boxMuller(samples, start);
    }
    return samples;
  }

  /** `torch.rand(count)`: float32 of [0, 1) with 24 random bits each. */
  #uniforms(count: number): Float32Array {
    return Float32Array.from({ length: count }, () => (this.#engine.next() & 0xffffff) / 0x1000000);
  }

  /** 53 random bits of two words, the high one first. */
  #uniform53(): number {
    const high = this.#engine.next() & 0x1fffff;
    return (high * 0x1_0000_0000 + this.#engine.next()) / 2 ** 53;
  }

  #singleNormal(): number {
    if (this.#cachedNormal !== undefined) {
      const sample = this.#cachedNormal;
      this.#cachedNormal = undefined;
      return sample;
    }
    const angle = TWO_PI * this.#uniform53();
    const radius = Math.sqrt(-2 * Math.log1p(-this.#uniform53()));
    this.#cachedNormal = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  }
}

/** Turns the 16 uniforms from `start` on into normal samples: the first eight give the radii, the others the angles. */
function boxMuller(samples: Float32Array, start: number): void {
  for (let lane = start; lane < start + HALF; lane++) {
    const radius = Math.sqrt(-2 * Math.log(1 - (samples[lane] ?? 0)));
    const angle = TWO_PI * (samples[lane + HALF] ?? 0);
    samples[lane] = radius * Math.cos(angle);
    samples[lane + HALF] = radius * Math.sin(angle);
  }
}
