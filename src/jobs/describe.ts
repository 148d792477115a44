/** @file A row of the jobs table as clients see it. */
import { isTerminal, type JobDescription } from '../protocol/job.js';
import type { Job } from '../store/jobs.js';

/** `step` is newer than the row's for a running job. */
export function describeJob(job: Job, step = job.step): JobDescription {
  const { id, state, createdAt, changedAt, request, out, outcome } = job;
  return {
    id,
    state,
    resumable: isTerminal(state) && state !== 'succeeded',
    character: request.character,
    ...(request.folder === undefined ? {} : { folder: request.folder }),
    out,
    createdAt,
    changedAt,
    step,
    steps: request.options.steps,
    options: request.options,
    ...outcome,
  };
}
