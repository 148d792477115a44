/**
 * @file What every random generator here can do, and which ones there are.
 * `cpu` gives torch's CPU numbers, `cuda` those of torch on a CUDA device: the same seed, the same picture as there.
 */
import { PhiloxGenerator } from './philox-generator.js';
import { TorchCpuGenerator } from './torch-cpu-generator.js';

export interface NormalGenerator {
  /** `count` float32 samples of the standard normal distribution: `torch.randn(count, generator=…)`. */
  normal(count: number): Float32Array;
}

export type NoiseSource = 'cpu' | 'cuda';

/** A new generator, as `torch.Generator(source).manual_seed(seed)`. `seed` is an integer of 0 to 2^53 - 1. */
export function newGenerator(source: NoiseSource, seed: number): NormalGenerator {
  return source === 'cpu' ? new TorchCpuGenerator(seed) : new PhiloxGenerator(seed);
}
