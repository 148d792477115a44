/** @file The optimizer that the learner uses, in memory or on a device. */
import type { DeviceTensor, Tensor } from '../graph/index.js';

export interface Optimizer {
  /** The LoRA as the training graph takes it, after the last update. */
  readonly lora: Float32Array | DeviceTensor;
  /**
   * One update along a gradient, clipped. The gradient is consumed: on a device it is released.
   * @param inverseScale 1 over the factor that loss and gradient were computed with
   * @returns the gradient's norm before clipping, without that factor. When it is not finite, nothing has changed.
   */
  update(gradient: Tensor, inverseScale: number, learningRate: number): Promise<number>;
  /** Copies LoRA and moments into the arrays that the optimizer was made with. */
  sync(): Promise<void>;
  /** Frees its memory on the device; what was not synced is lost. */
  release(): Promise<void>;
}
