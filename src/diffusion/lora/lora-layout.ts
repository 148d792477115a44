/** @file How all matrices of a LoRA lie in one array: target by target, `down` before `up`. Graphs and optimizers take it like that. */
import type { LoraWeights } from './lora.js';
import type { LoraTarget } from './lora-targets.js';

export class LoraLayout {
  /** Parameters of each matrix, in order. */
  readonly sizes: readonly number[];
  /** Parameters of the whole LoRA. */
  readonly size: number;

  constructor(
    readonly targets: readonly LoraTarget[],
    readonly rank: number,
  ) {
    this.sizes = targets.flatMap(({ inFeatures, outFeatures }) => [rank * inFeatures, outFeatures * rank]);
    this.size = this.sizes.reduce((sum, size) => sum + size, 0);
  }

  /** The matrices as windows into `values`, not copies, by the targets' paths. */
  views(values: Float32Array): ReadonlyMap<string, LoraWeights> {
    let offset = 0;
    const take = (index: number): Float32Array => {
      const begin = offset;
      offset += this.sizes[index] ?? 0;
      return values.subarray(begin, offset);
    };
    return new Map(this.targets.map(({ path }, i) => [path, { down: take(2 * i), up: take(2 * i + 1) }]));
  }

  /** One array of all matrices; zeros for targets that are not among the modules. */
  pack(modules: ReadonlyMap<string, LoraWeights>): Float32Array {
    const values = new Float32Array(this.size);
    for (const [path, { down, up }] of this.views(values)) {
      const module = modules.get(path);
      if (module === undefined) continue;
      down.set(module.down);
      up.set(module.up);
    }
    return values;
  }

  /** `values` with every `up` multiplied by `scale`: a copy, or `values` itself where that is 1. */
  scaleUps(values: Float32Array, scale: number): Float32Array {
    if (scale === 1) return values;
    const scaled = Float32Array.from(values);
    for (const { up } of this.views(scaled).values())
      for (const [index, value] of up.entries()) up[index] = value * scale;
    return scaled;
  }
}
