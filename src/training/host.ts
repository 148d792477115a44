/** @file Who receives the events of a training, and who may stop it. */
import type { WorkerEvent } from '../worker/events.js';

export interface TrainingHost {
  /** Receives every event. */
  readonly emit: (event: WorkerEvent) => void;
  /** Aborted when the training has to stop: it then writes a checkpoint and sends `stopped`. */
  readonly signal: AbortSignal;
}
