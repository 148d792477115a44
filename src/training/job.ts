/** @file What a training is given: the job file of both engines. */
import { z } from 'zod';
import { trainOptions } from '../protocol/train-options.js';

export const trainingJob = z.strictObject({
  /** Id of the run, for metadata and logs. */
  run: z.string().min(1),
  /** Name of the character; becomes the LoRA's title. */
  character: z.string().min(1),
  /** Path of the dataset's `manifest.json`. */
  manifest: z.string(),
  /** Folder of the run: `lora.safetensors`, `metrics.jsonl`, `samples/`, `checkpoints/` … */
  out: z.string(),
  options: trainOptions,
  /** Folder of the checkpoint to resume from. */
  resume: z.string().optional(),
});

export type TrainingJob = z.output<typeof trainingJob>;
