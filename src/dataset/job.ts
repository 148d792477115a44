/** @file The job file of the child process that prepares a dataset. */
import { z } from 'zod';
import { trainOptions } from '../protocol/train-options.js';
import { shot } from './shot.js';

export const prepareJob = z.strictObject({
  /** A folder of pictures (see folder.ts), or shots as the editor sent them. */
  source: z.union([z.strictObject({ folder: z.string().min(1) }), z.strictObject({ shots: z.array(shot) })]),
  prompt: trainOptions.shape.prompt,
  /** Folder of the dataset; made if it does not exist. */
  out: z.string().min(1),
  framings: trainOptions.shape.framings,
  /** Edge of the training picture; crops are kept at up to twice that. A base model's own may be smaller than any that can be chosen. */
  resolution: z.int().min(1),
  /** Whether captions are encoded by CLIP, which ignores all beyond 77 tokens. */
  clip: z.boolean().default(true),
  /** Samples that the training will draw: steps × batch size. */
  samples: z.int().min(1).optional(),
});

export type PrepareJob = z.output<typeof prepareJob>;
export type PrepareJobInput = z.input<typeof prepareJob>;
