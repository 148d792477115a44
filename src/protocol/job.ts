/** @file A training job as the daemon describes it. */

import { z } from 'zod';
import { errorReport } from '../errors/error-report.js';
import { characterName, isoTime, uuid } from './message.js';
import { trainOptions } from './train-options.js';

export const jobState = z.enum([
  'queued',
  'preparing',
  'running',
  'stopping',
  'succeeded',
  'failed',
  'cancelled',
  'interrupted',
]);

export type JobState = z.output<typeof jobState>;

export const terminalJobState = z.enum(['succeeded', 'failed', 'cancelled', 'interrupted']);
export type TerminalJobState = z.output<typeof terminalJobState>;

/** Whether a job in this state has ended: it stays in it unless it is resumed. */
export function isTerminal(state: JobState): state is TerminalJobState {
  return terminalJobState.safeParse(state).success;
}

export const lossChange = z
  .object({ first: z.number().describe('Before training.'), last: z.number().describe('After training.') })
  .meta({ id: 'LossChange', description: 'Mean loss over fixed (image, timestep, noise) triples.' });

/** Numbers by framing. */
export const framingCounts = z.record(z.string(), z.int());

/** What came of a job so far; fields are absent until they are known. */
export const jobOutcome = z.object({
  files: z.array(z.string()).optional().describe('Paths of what was written, once succeeded.'),
  loss: lossChange.optional(),
  picturesPerFraming: framingCounts.optional().describe('How many images of each framing the dataset has.'),
  samplesPerFraming: framingCounts
    .optional()
    .describe('How many samples of each framing were trained on, once succeeded.'),
  error: errorReport.optional().describe('Why it failed.'),
});

export type JobOutcome = z.output<typeof jobOutcome>;

export const jobDescription = z
  .object({
    id: uuid,
    state: z.enum([...jobState.options, 'unknown']).describe('`unknown` when the daemon has no such job.'),
    resumable: z.boolean().describe('Whether `job.resume` is possible now.'),
    character: characterName.optional(),
    folder: z.string().optional().describe('Folder of the images; absent for a job on uploaded shots.'),
    out: z.string().optional().describe('Folder of the run.'),
    createdAt: isoTime.optional(),
    changedAt: isoTime.optional(),
    step: z.int().optional().describe('Steps done.'),
    steps: z.int().optional().describe('Total steps.'),
    options: trainOptions.optional(),
    ...jobOutcome.shape,
  })
  .meta({ id: 'JobDescription', description: 'A job as the daemon knows it.' });

export type JobDescription = z.output<typeof jobDescription>;
