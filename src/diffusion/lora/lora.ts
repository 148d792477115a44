/**
 * @file A LoRA in memory: for each attention projection of the UNet two small matrices, whose product, times
 * alpha / rank, is added to the frozen weight (Hu et al., 2021, arXiv 2106.09685).
 * Trainer and sampler pass this about; `read-lora.ts` and `write-lora.ts` know the files.
 */
import { joined } from '../joined.js';

export interface LoraWeights {
  /** A, [rank, inFeatures], row-major. */
  readonly down: Float32Array;
  /** B, [outFeatures, rank], row-major. */
  readonly up: Float32Array;
}

export interface Lora {
  /** The network it is for; a UNet where nothing is said. */
  readonly component?: TrainedComponent;
  readonly rank: number;
  readonly alpha: number;
  /**
   * By module path, as `down_blocks.0.attentions.0.transformer_blocks.0.attn1.to_q`: every target of the UNet, in the order
   * of `loraTargets`.
   */
  readonly modules: ReadonlyMap<string, LoraWeights>;
}

/** A network that gets a LoRA by training. */
export type TrainedComponent = 'unet' | 'transformer';

export interface WeightedLora {
  readonly lora: Lora;
  /** Strength; 1 is the LoRA as it was trained. */
  readonly weight: number;
}

/** Every number of a LoRA in one vector, target by target, `down` before `up`: what the UNet's graphs are fed. */
export function packLora({ modules }: Lora): Float32Array {
  return joined([...modules.values()].flatMap(({ down, up }) => [down, up]));
}

/**
 * Several LoRAs as one of the same effect: their ranks lie side by side, their scales within `up`.
 * All must be for the same UNet, so that they have the same modules; there must be at least one.
 */
export function combineLoras(loras: readonly [WeightedLora, ...WeightedLora[]]): Lora {
  const rank = loras.reduce((sum, { lora }) => sum + lora.rank, 0);
  const modules = new Map<string, LoraWeights>();
  for (const path of loras[0].lora.modules.keys()) {
    const parts = loras.map(({ lora, weight }) => {
      const weights = lora.modules.get(path);
      if (weights === undefined) throw new RangeError(`A LoRA has no module ${path}.`);
      return { ...weights, rank: lora.rank, scale: (weight * lora.alpha) / lora.rank };
    });
    const down = joined(parts.map((part) => part.down));
    const up = new Float32Array(parts.reduce((length, part) => length + part.up.length, 0));
    let first = 0;
    for (const part of parts) {
      copyColumns(part.up, part.rank, up, rank, first, part.scale);
      first += part.rank;
    }
    modules.set(path, { down, up });
  }
  return { rank, alpha: rank, modules };
}

/** Copies a matrix of `columns` columns, times `scale`, into a wider one of `width` columns, from column `first` on. */
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
