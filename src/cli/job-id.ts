/** @file The id of a job as typed by a person. */
import { LoraBridgeError } from '../errors/lora-bridge-error.js';
import { uuid } from '../protocol/message.js';

/** The error for an id that no job has. */
export const unknownJob = (id: string): LoraBridgeError =>
  new LoraBridgeError('state.job.unknown', `There is no job ${id}.`, { hint: 'Look at `lora-bridge runs list`.' });

/** @throws LoraBridgeError `state.job.unknown` for what no job can be called */
export function jobId(text: string): string {
  if (uuid.safeParse(text).success) return text;
  throw unknownJob(text);
}
