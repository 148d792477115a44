/**
 * @file Dynamic loss scaling: gradients in 16 bits vanish below 6e-8 and overflow above 65504, so the loss is multiplied by the largest
 * factor that they allow. The rule and numbers of `torch.amp.GradScaler`; Micikevicius et al., "Mixed Precision Training" (2018, arXiv 1710.03740).
 */
import { z } from 'zod';

/** The state of loss scaling; kept in checkpoints. */
export const lossScaling = z.object({
  /** What the loss of the next step is multiplied by: a power of two, so that gradients are divided by it exactly. */
  scale: z.number().positive(),
  /** Steps since the scale last changed. */
  goodSteps: z.int().min(0),
  /** Steps that changed nothing, because their gradients had overflowed. */
  skippedSteps: z.int().min(0),
});

export type LossScaling = z.output<typeof lossScaling>;

const growthInterval = 2000;

const start: LossScaling = { scale: 65536, goodSteps: 0, skippedSteps: 0 };

export class LossScaler {
  #state: LossScaling;

  constructor(state: LossScaling = start) {
    this.#state = state;
  }

  get state(): LossScaling {
    return this.#state;
  }

  /**
   * Call after every step. An overflow halves the scale, 2000 steps without one double it, as long as float32 can represent it.
   */
  update(overflowed: boolean): void {
    const { scale, goodSteps, skippedSteps } = this.#state;
    if (overflowed) {
      this.#state = { scale: scale / 2, goodSteps: 0, skippedSteps: skippedSteps + 1 };
    } else if (goodSteps + 1 < growthInterval) {
      this.#state = { scale, goodSteps: goodSteps + 1, skippedSteps };
    } else {
      const grown = Number.isFinite(Math.fround(2 * scale)) ? 2 * scale : scale;
      this.#state = { scale: grown, goodSteps: 0, skippedSteps };
    }
  }
}
