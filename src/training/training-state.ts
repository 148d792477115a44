/** @file The state of a training: the LoRA, the optimizer's moments, and in 16 bits that of loss scaling. */
import type { TrainedPart } from '../diffusion/lora/read-lora.js';
import { AdamW, adamWDefaults } from './adamw.js';
import type { Checkpoint } from './checkpoint.js';
import type { LossScaling } from './loss-scaler.js';
import { TrainableLora } from './trainable-lora.js';

export interface TrainingState {
  readonly part: TrainedPart;
  readonly trainable: TrainableLora;
  readonly adamW: AdamW;
  /** Undefined for a run that has always been in float32. */
  lossScaling: LossScaling | undefined;
}

/**
 * The state at the start of a run, or that of a checkpoint.
 * @param alpha default: the rank
 * @throws LoraBridgeError `input.lora.mismatch`, `input.checkpoint.broken`
 */
export function trainingState(
  part: TrainedPart,
  { rank, alpha = rank, seed }: { readonly rank: number; readonly alpha?: number | undefined; readonly seed: number },
  checkpoint?: Pick<Checkpoint, 'lora' | 'lossScaling' | 'restore'>,
): TrainingState {
  const trainable =
    checkpoint === undefined
      ? TrainableLora.gaussian(part, rank, alpha, seed)
      : TrainableLora.copy(part, rank, alpha, checkpoint.lora);
  const adamW = new AdamW(trainable.values.length, adamWDefaults);
  checkpoint?.restore(adamW);
  return { part, trainable, adamW, lossScaling: checkpoint?.lossScaling };
}
