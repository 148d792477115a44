/** @file The LoRA being trained: all its matrices in one array, so that the optimizer sees plain numbers. */
import type { Lora, LoraWeights } from '../diffusion/lora/lora.js';
import type { LoraTarget } from '../diffusion/lora/lora-targets.js';
import type { TrainedPart } from '../diffusion/lora/read-lora.js';
import { TorchCpuGenerator } from '../diffusion/random/torch-cpu-generator.js';
import { LoraBridgeError } from '../errors/lora-bridge-error.js';
import { derivedSeed } from './derived-seed.js';

export class TrainableLora {
  /** Every number of the LoRA; target by target, `down` before `up`. */
  readonly values: Float32Array;
  /** The same memory as matrices. */
  readonly lora: Lora;

  private constructor({ component, targets }: TrainedPart, rank: number, alpha: number) {
    this.values = new Float32Array(targets.reduce((sum, target) => sum + numbersOf(target, rank), 0));
    this.lora = { component, rank, alpha, modules: viewByModule(this.values, targets, rank) };
  }

  /** As PEFT's `init_lora_weights="gaussian"`: `down` is normal with a standard deviation of 1 / rank, `up` is zero. */
  static gaussian(part: TrainedPart, rank: number, alpha: number, seed: number): TrainableLora {
    const trainable = new TrainableLora(part, rank, alpha);
    const generator = new TorchCpuGenerator(derivedSeed(seed, 'weights', 0));
    for (const { down } of trainable.lora.modules.values()) {
      down.set(generator.normal(down.length).map((value) => value / rank));
    }
    return trainable;
  }

  /**
   * A copy of `lora`, to go on training it.
   * @throws LoraBridgeError `input.lora.mismatch` when it has another rank or other modules than asked for.
   */
  static copy(part: TrainedPart, rank: number, alpha: number, lora: Lora): TrainableLora {
    const trainable = new TrainableLora(part, rank, alpha);
    for (const [path, { down, up }] of trainable.lora.modules) {
      const source = lora.modules.get(path);
      // Files keep alpha in float32.
      if (lora.rank !== rank || lora.alpha !== Math.fround(alpha) || source === undefined) {
        throw new LoraBridgeError('input.lora.mismatch', `The checkpoint's LoRA does not fit: rank ${lora.rank}.`, {
          hint: 'Resume with the base model, rank and alpha that the run was started with.',
        });
      }
      down.set(source.down);
      up.set(source.up);
    }
    return trainable;
  }

  /** The same modules, all zero: the effect of the base model alone. */
  zeros(): Lora {
    const { modules, ...rest } = this.lora;
    const zero = (matrix: Float32Array): Float32Array => new Float32Array(matrix.length);
    const zeroed = [...modules].map(([path, { down, up }]) => [path, { down: zero(down), up: zero(up) }] as const);
    return { ...rest, modules: new Map(zeroed) };
  }
}

const numbersOf = ({ inFeatures, outFeatures }: LoraTarget, rank: number): number => rank * (inFeatures + outFeatures);

/** Matrices of all targets as windows into one array of their numbers, in the order of `TrainableLora.values`. */
export function viewByModule(
  values: Float32Array,
  targets: readonly LoraTarget[],
  rank: number,
): ReadonlyMap<string, LoraWeights> {
  let offset = 0;
  const take = (count: number): Float32Array => {
    offset += count;
    return values.subarray(offset - count, offset);
  };
  return new Map(
    targets.map(({ path, inFeatures, outFeatures }) => [
      path,
      { down: take(rank * inFeatures), up: take(outFeatures * rank) },
    ]),
  );
}
