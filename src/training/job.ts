/** @file What a training is given. */
import type { TrainOptions } from '../protocol/train-options.js';

export interface TrainingJob {
  readonly run: string;
  readonly character: string;
  /** Path of the dataset's `manifest.json`. */
  readonly manifest: string;
  /** Folder of the run. */
  readonly out: string;
  readonly options: TrainOptions;
  /** Folder of the checkpoint to go on from. */
  readonly resume?: string | undefined;
}
