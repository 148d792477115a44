/** @file Not-a-number spreads silently: every step's loss and gradient norm are looked at. */
import { LoraBridgeError } from '../errors/lora-bridge-error.js';

const ofStep = (step: number, what: string, hint: string): LoraBridgeError =>
  new LoraBridgeError('trainer.diverged', `Training diverged at step ${step}: ${what}.`, { hint });

/**
 * @param precision of the run, where it is not float32
 * @throws LoraBridgeError `trainer.diverged` naming the step and which of the two is not finite.
 */
export function assertFinite(step: number, loss: number, gradientNorm: number, precision?: 'fp16'): void {
  if (Number.isFinite(loss) && Number.isFinite(gradientNorm)) return;
  const what = Number.isFinite(loss) ? `the gradient norm is ${gradientNorm}` : `the loss is ${loss}`;
  const lower =
    'Resume from the last checkpoint with a lower --learning-rate. If it happens at step 1, the base model is damaged.';
  const wider = "The model's values may overflow 16 bits: start again with --precision fp32. If that fails too:";
  throw ofStep(step, what, precision === undefined ? lower : `${wider} ${lower}`);
}

/** @throws LoraBridgeError `trainer.diverged` when gradients overflowed though the loss was not multiplied by more than one. */
export function assertScalable(step: number, lossScale: number): void {
  if (lossScale > 1) return;
  const hint = 'Start again with --precision fp32.';
  throw ofStep(step, `the gradients overflow 16 bits at a loss scale of ${lossScale}`, hint);
}
