/** @file The LoRA being trained: all its matrices in one array, which the optimizer updates in place. */
import type { Lora } from '../diffusion/lora/lora.js';
import { LoraLayout } from '../diffusion/lora/lora-layout.js';
import type { TrainedPart } from '../diffusion/lora/read-lora.js';
import { TorchCpuGenerator } from '../diffusion/random/torch-cpu-generator.js';
import { LoraBridgeError } from '../errors/lora-bridge-error.js';
import { derivedSeed } from './derived-seed.js';

export class TrainableLora {
  readonly lora: Lora;

  private constructor({ component, targets }: TrainedPart, rank: number, alpha: number) {
    const layout = new LoraLayout(targets, rank);
    const values = new Float32Array(layout.size);
    this.lora = { component, rank, alpha, values, modules: layout.views(values) };
  }

  /** All its parameters, in the order of `LoraLayout`. */
  get values(): Float32Array {
    return this.lora.values;
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
   * A copy of `lora`, to continue its training.
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
}
