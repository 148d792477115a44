/** @file How a training reports and is stopped. */
import type { WorkerEvent } from '../worker/events.js';

export interface TrainingHost {
  /** Receives every event. */
  readonly emit: (event: WorkerEvent) => void;
  /** Aborted when the training has to stop: it then writes a checkpoint and sends `stopped`. */
  readonly signal: AbortSignal;
}
