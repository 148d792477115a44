/** @file Not-a-number spreads silently: every step's loss and gradient norm are checked. */
import { LoraBridgeError } from '../errors/lora-bridge-error.js';
import type { StepResult } from './backend.js';

const diverged = (step: number, what: string, hint: string): LoraBridgeError =>
  new LoraBridgeError('trainer.diverged', `Training diverged at step ${step}: ${what}.`, { hint });

/**
 * @throws LoraBridgeError `trainer.diverged` naming the step and what is not finite, or when gradients overflowed although the loss was
 * not multiplied by more than one
 */
export function assertFinite(step: number, { loss, gradientNorm, lossScale, skipped }: StepResult): void {
  if (!Number.isFinite(loss) || !Number.isFinite(gradientNorm)) {
    const what = Number.isFinite(loss) ? `the gradient norm is ${gradientNorm}` : `the loss is ${loss}`;
    const lower =
      'Resume from the last checkpoint with a lower --learning-rate. If it happens at step 1, the base model is damaged.';
    const wider = "The model's values may overflow 16 bits: start again with --precision fp32. If that fails too:";
    throw diverged(step, what, lossScale === undefined ? lower : `${wider} ${lower}`);
  }
  if (skipped && lossScale !== undefined && lossScale <= 1) {
    const what = `the gradients overflow 16 bits at a loss scale of ${lossScale}`;
    throw diverged(step, what, 'Start again with --precision fp32.');
  }
}
