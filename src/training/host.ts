/** @file The surroundings of a training: where it computes, who receives its events, and who may stop it. */
import type { CompileOptions } from '../graph/index.js';
import type { WorkerEvent } from '../worker/events.js';

export interface TrainingHost {
  /** Where to compute. */
  readonly compile: CompileOptions;
  /** Receives every event. */
  readonly tell: (event: WorkerEvent) => void;
  /** Aborted when the training has to stop: it then writes a checkpoint and sends `stopped`. */
  readonly signal: AbortSignal;
}
