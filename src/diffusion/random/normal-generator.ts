/** @file What every random generator here can do. */

export interface NormalGenerator {
  /** `count` float32 samples of the standard normal distribution: `torch.randn(count, generator=…)`. */
  normal(count: number): Float32Array;
}
