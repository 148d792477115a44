/** @file The error for an id that no job has. */
import { LoraBridgeError } from '../errors/lora-bridge-error.js';

export const unknownJob = (id: string): LoraBridgeError =>
  new LoraBridgeError('state.job.unknown', `There is no job ${id}.`, {
    hint: 'See `lora-bridge runs list` for the jobs that there are.',
  });
