/** @file The id of a job as typed by a person. */
import { unknownJob } from '../jobs/unknown-job.js';
import { uuid } from '../protocol/message.js';

/** @throws LoraBridgeError `state.job.unknown` for text that is not a job id */
export function jobId(text: string): string {
  if (uuid.safeParse(text).success) return text;
  throw unknownJob(text);
}
