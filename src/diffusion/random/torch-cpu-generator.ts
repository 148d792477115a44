/**
 * @file torch's CPU generator: the numbers of `torch.randn`, `rand`, `randint` and `randperm` for a seed.
 * Follows `aten/src/ATen/native/cpu/DistributionTemplates.h` and `core/DistributionsHelper.h` of PyTorch. The trainer
 * keeps `state` in its checkpoints and goes on from `TorchCpuGenerator.restored(state)` bit for bit.
 */
import { z } from 'zod';
import { MersenneTwister } from './mersenne-twister.js';
import type { NormalGenerator } from './normal-generator.js';

export const torchCpuGeneratorState = z.strictObject({
  words: z.array(z.int().min(0).max(0xffffffff)).length(624),
  index: z.int().min(0).max(624),
  /** The second half of the last single normal sample, when it was not asked for yet. */
  cachedNormal: z.number().nullable(),
});

export type TorchCpuGeneratorState = z.output<typeof torchCpuGeneratorState>;

const BLOCK = 16;
const HALF = 8;
const TWO_PI = 2 * Math.PI;

export class TorchCpuGenerator implements NormalGenerator {
  #engine: MersenneTwister;
  #cachedNormal: number | null = null;

  /** As `torch.Generator('cpu').manual_seed(seed)`; only the low 32 bits count, there as here. */
  constructor(seed: number) {
    this.#engine = MersenneTwister.seeded(seed);
  }

  static restored(state: TorchCpuGeneratorState): TorchCpuGenerator {
    const generator = new TorchCpuGenerator(0);
    generator.#engine = MersenneTwister.restored(state.words, state.index);
    generator.#cachedNormal = state.cachedNormal;
    return generator;
  }

  get state(): TorchCpuGeneratorState {
    const { words, index } = this.#engine;
    return { words: Array.from(words), index, cachedNormal: this.#cachedNormal };
  }

  /** `torch.rand(count)`: float32 of [0, 1) with 24 random bits each. */
  uniform(count: number): Float32Array {
    return Float32Array.from({ length: count }, () => this.#uniform24());
  }

  /** `torch.randint(0, bound, (count,))`: integers of 0 to bound - 1; `bound` is at most 2^28. */
  integers(bound: number, count: number): Int32Array {
    return Int32Array.from({ length: count }, () => this.#engine.next() % bound);
  }

  /** `torch.randperm(count)`: the integers of 0 to count - 1 in random order. */
  permutation(count: number): Int32Array {
    const order = Int32Array.from({ length: count }, (_, position) => position);
    for (let position = 0; position < count - 1; position++) {
      const other = position + (this.#engine.next() % (count - position));
      const held = order[position] ?? 0;
      order[position] = order[other] ?? 0;
      order[other] = held;
    }
    return order;
  }

  /** `torch.randn(count)`: torch goes two different ways for fewer than 16 samples and for 16 or more. */
  normal(count: number): Float32Array {
    if (count < BLOCK) return Float32Array.from({ length: count }, () => this.#singleNormal());
    const samples = this.uniform(count);
    for (let start = 0; start + BLOCK <= count; start += BLOCK) boxMuller(samples, start);
    if (count % BLOCK !== 0) {
      // The last block overlaps the one before, with fresh uniforms for all of it.
      const start = count - BLOCK;
      samples.set(this.uniform(BLOCK), start);
      boxMuller(samples, start);
    }
    return samples;
  }

  #uniform24(): number {
    return (this.#engine.next() & 0xffffff) / 0x1000000;
  }

  /** 53 random bits of two words, the first one being the high one. */
  #uniform53(): number {
    const high = this.#engine.next() & 0x1fffff;
    return (high * 0x1_0000_0000 + this.#engine.next()) / 2 ** 53;
  }

  #singleNormal(): number {
    if (this.#cachedNormal !== null) {
      const sample = this.#cachedNormal;
      this.#cachedNormal = null;
      return sample;
    }
    const angle = TWO_PI * this.#uniform53();
    const radius = Math.sqrt(-2 * Math.log1p(-this.#uniform53()));
    this.#cachedNormal = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  }
}

/** 16 uniforms from `start` on become 16 normal samples: the first eight give the radii, the others the angles. */
function boxMuller(samples: Float32Array, start: number): void {
  for (let lane = start; lane < start + HALF; lane++) {
    const radius = Math.sqrt(-2 * Math.log(1 - (samples[lane] ?? 0)));
    const angle = TWO_PI * (samples[lane + HALF] ?? 0);
    samples[lane] = radius * Math.cos(angle);
    samples[lane + HALF] = radius * Math.sin(angle);
  }
}
