/** @file Durable events: numbered, kept in the database, sent again to a client that reconnects. None is skipped. */

import { z } from 'zod';
import { errorReport } from '../errors/error-report.js';
import { datasetReport } from './dataset-report.js';
import { framingCounts, jobOutcome, jobState, terminalJobState } from './job.js';
import { characterName, daemonMessage, isoTime, sequenceNumber, uuid } from './message.js';
import { face } from './shot.js';

const numbered = { sequence: sequenceNumber, time: isoTime };
const aboutShot = { ...numbered, shot: uuid, character: characterName, name: z.string() };
const aboutJob = { ...numbered, job: uuid };

export const durableEvents = [
  daemonMessage('shot.inspected', 'A stored shot was decoded and can be used.', {
    ...aboutShot,
    width: z.int(),
    height: z.int(),
    face: face.optional().describe('Absent when no head was found.'),
  }),
  daemonMessage('shot.rejected', 'A stored shot cannot be used, and why. It stays stored, but no job trains on it.', {
    ...aboutShot,
    error: errorReport,
  }),
  daemonMessage('shot.changed', 'A shot was corrected or excluded. Everything that can be changed, as it is now.', {
    ...aboutShot,
    excluded: z.boolean(),
    caption: z.string().optional(),
    face: face.optional(),
  }),
  daemonMessage('shot.removed', 'A shot was deleted.', aboutShot),
  daemonMessage('job.changed', 'A job entered a state.', {
    ...aboutJob,
    character: characterName,
    state: jobState.exclude([...terminalJobState.options]),
  }),
  daemonMessage('job.prepared', "A job's dataset is written.", {
    ...aboutJob,
    samplesPerFraming: framingCounts.describe('How many images of each framing the dataset has.'),
    report: datasetReport.optional(),
  }),
  daemonMessage('picture.rejected', 'An image of a job cannot be used, and why; the job continues without it.', {
    ...aboutJob,
    file: z.string(),
    error: errorReport,
  }),
  daemonMessage('preview.available', 'A job has written a preview sheet.', {
    ...aboutJob,
    step: z.int(),
    prompt: z.string(),
    seed: z.int(),
    file: z.string().describe('Path on the machine of the daemon.'),
    url: z.string().describe('Path on the daemon, for GET.'),
  }),
  daemonMessage('job.finished', 'A job ended. It is final unless the job is resumed.', {
    ...aboutJob,
    character: characterName,
    state: terminalJobState,
    resumable: z.boolean(),
    ...jobOutcome.shape,
  }),
  daemonMessage('job.removed', 'A job was removed and its run folder deleted.', aboutJob),
] as const;

export const anyDurableEvent = z.discriminatedUnion('type', durableEvents);

export type DurableEvent = z.output<typeof anyDurableEvent>;
/** An event before the log has given it its number and time. */
export type NewEvent = DurableEvent extends infer Event
  ? Event extends DurableEvent
    ? Omit<Event, 'sequence' | 'time'>
    : never
  : never;
