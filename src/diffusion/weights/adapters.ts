/**
 * @file The LoRAs that a network runs with, by the layers that they change. In graphs they are constants next to the frozen weights, which
 * stay in their files; the LoRA that is being trained is an input of its graph instead (`unet/lora-branches.ts`).
 */
import { LoraBridgeError } from '../../errors/lora-bridge-error.js';

/** What one LoRA adds to one layer: up · down, with its strength already in `up`. */
export interface Adapter {
  /** The file it comes from, for messages. */
  readonly file: string;
  readonly rank: number;
  /** [rank, in] of a linear layer, [rank, in, height, width] of a convolution. */
  readonly downShape: readonly number[];
  readonly down: Float32Array;
  /** [out, rank], times the LoRA's weight and alpha / rank. */
  readonly up: Float32Array;
}

/** A layer's path in files of all versions: transformers 5 omits the first word of a text encoder's layers. */
const layerPath = (path: string): string => path.replace(/^text_model\./, '');

export class Adapters {
  readonly #byPath = new Map<string, Adapter[]>();
  readonly #taken = new Set<string>();

  /** Adds an adapter for the layer with that path in diffusers, such as `mid_block.resnets.0.conv1`. */
  add(path: string, adapter: Adapter): void {
    const known = this.#byPath.get(layerPath(path));
    if (known === undefined) this.#byPath.set(layerPath(path), [adapter]);
    else known.push(adapter);
  }

  /**
   * The adapters of a layer whose weight has the given shape, marked as taken.
   * @throws LoraBridgeError `input.lora.mismatch` when one does not fit the layer.
   */
  take(path: string, weightShape: readonly number[]): readonly Adapter[] {
    const adapters = this.#byPath.get(layerPath(path)) ?? [];
    const [out = 0, ...input] = weightShape;
    for (const { file, rank, downShape, up } of adapters) {
      const isSame = flatSizes(downShape.slice(1)).join() === flatSizes(input).join();
      if (isSame && up.length === out * rank) continue;
      throw new LoraBridgeError(
        'input.lora.mismatch',
        `${file} was made for another base model: ${path} is ${downShape.slice(1).join(' × ')} → ${up.length / rank} there, ${input.join(' × ')} → ${out} here.`,
        { file, hint: 'Use the LoRA with the base model it was trained on.' },
      );
    }
    if (adapters.length > 0) this.#taken.add(layerPath(path));
    return adapters;
  }

  /**
   * @param isLayer whether the weights have that layer, its path without `text_model.`: a layer that exists but is never computed, such as
   * the last one of a text encoder whose hidden states are taken earlier, may stay untaken
   * @throws LoraBridgeError `input.lora.mismatch` when the network lacks the layer of one of them.
   */
  checkAllTaken(isLayer: (path: string) => boolean): void {
    const left = [...this.#byPath].filter(([path]) => !this.#taken.has(path) && !isLayer(path));
    const [path, [adapter] = []] = left[0] ?? [];
    if (adapter === undefined) return;
    throw new LoraBridgeError(
      'input.lora.mismatch',
      `${adapter.file} changes ${left.length} layers that the base model does not have, such as ${path}.`,
      { file: adapter.file, hint: 'Use the LoRA with the base model it was trained on.' },
    );
  }
}

/** [in] for [in, 1, 1]: a 1 × 1 convolution is a linear layer. */
const flatSizes = ([channels = 0, ...kernel]: readonly number[]): readonly number[] =>
  kernel.every((size) => size === 1) ? [channels] : [channels, ...kernel];
