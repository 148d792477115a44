/** @file Which random generators there are: the same seed gives the same image as torch gives on that device. */
import type { NormalGenerator } from './normal-generator.js';
import { PhiloxGenerator } from './philox-generator.js';
import { TorchCpuGenerator } from './torch-cpu-generator.js';

export type NoiseSource = 'cpu' | 'cuda';

/** A new generator, as `torch.Generator(source).manual_seed(seed)`. `seed` is an integer of 0 to 2^53 - 1. */
export function newGenerator(source: NoiseSource, seed: number): NormalGenerator {
  return source === 'cpu' ? new TorchCpuGenerator(seed) : new PhiloxGenerator(seed);
}
