/** @file A job as typed by a person: its id or the beginning of it, the name of its character, or `last`. */
import { LoraBridgeError } from '../errors/lora-bridge-error.js';
import { unknownJob } from '../jobs/unknown-job.js';
import type { JobDescription } from '../protocol/job.js';
import { uuid } from '../protocol/message.js';

/** What is needed of a client, and of its jobs. */
export interface JobLister {
  /** Newest first. */
  listJobs(): Promise<readonly Pick<JobDescription, 'id' | 'character'>[]>;
}

/**
 * The id of the job that is meant: of several jobs on a character the newest.
 * @throws LoraBridgeError `state.job.unknown`; `input.option.invalid` for the beginning of several ids
 */
export async function findJob(client: JobLister, text: string): Promise<string> {
  if (uuid.safeParse(text).success) return text;
  const jobs = await client.listJobs();
  const named = text === 'last' ? jobs[0] : jobs.find(({ character }) => character === text);
  if (named !== undefined) return named.id;
  const matches = text.length < 4 ? [] : jobs.filter(({ id }) => id.startsWith(text.toLowerCase()));
  const [match, other] = matches;
  if (match === undefined) throw unknownJob(text);
  if (other === undefined) return match.id;
  throw new LoraBridgeError('input.option.invalid', `${text} is the beginning of ${matches.length} job ids.`, {
    hint: `Give more of it: ${matches.map(({ id }) => id).join(', ')}.`,
  });
}
