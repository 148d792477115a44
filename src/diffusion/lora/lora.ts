/**
 * @file A LoRA in memory: for each attention projection of the UNet two small matrices, whose product, times
 * alpha / rank, is added to the frozen weight (Hu et al., 2021, arXiv 2106.09685).
 * `read-lora.ts` and `write-lora.ts` know the files.
 */
export interface LoraWeights {
  /** A, [rank, inFeatures], row-major. */
  readonly down: Float32Array;
  /** B, [outFeatures, rank], row-major. */
  readonly up: Float32Array;
}

export interface Lora {
  readonly component: TrainedComponent;
  readonly rank: number;
  readonly alpha: number;
  /** All matrices, in the order of `LoraLayout`. */
  readonly values: Float32Array;
  /** Windows into `values` by module path, as `down_blocks.0.attentions.0.transformer_blocks.0.attn1.to_q`: every target. */
  readonly modules: ReadonlyMap<string, LoraWeights>;
}

/** A network that a LoRA can be trained for. */
export type TrainedComponent = 'unet' | 'transformer';

/** Copies a matrix of `columns` columns, times `scale`, into a wider one of `width` columns, beginning at column `first`. */
export function copyColumns(
  source: Float32Array,
  columns: number,
  target: Float32Array,
  width: number,
  first: number,
  scale: number,
): void {
  for (const [index, value] of source.entries()) {
    const row = Math.floor(index / columns);
    target[row * width + first + (index % columns)] = value * scale;
  }
}
