/** @file Not-a-number spreads silently: every step's loss and gradient norm are looked at. */
import { LoraBridgeError } from '../errors/lora-bridge-error.js';

/** @throws LoraBridgeError `trainer.diverged` naming the step and which of the two is not finite. */
export function assertFinite(step: number, loss: number, gradientNorm: number): void {
  if (Number.isFinite(loss) && Number.isFinite(gradientNorm)) return;
  const what = Number.isFinite(loss) ? `the gradient norm is ${gradientNorm}` : `the loss is ${loss}`;
  throw new LoraBridgeError('trainer.diverged', `Training broke down at step ${step}: ${what}.`, {
    hint: 'Resume from the last checkpoint with a lower --learning-rate. If it happens at step 1, the base model is damaged.',
  });
}
