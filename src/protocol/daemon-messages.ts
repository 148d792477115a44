/** @file Every message that the daemon may send as text. Previews go as binary frames. */

import { z } from 'zod';
import { errorReport } from '../errors/error-report.js';
import { durableEvents } from './events.js';
import { jobDescription } from './job.js';
import { characterName, daemonMessage, isoTime, nextCursor, requestId, uuid } from './message.js';
import { modelDescription } from './model.js';
import { shotDescription } from './shot.js';

const answer = { request: requestId };

/** First words, and what answers a shot. */
const conversation = [
  daemonMessage('hello', 'First message of the daemon, before it has read anything.', {
    protocol: z.int().describe('The protocol version that the daemon speaks.'),
    server: z.string().describe('Version of the daemon.'),
    instance: uuid.describe('New with every start of the daemon.'),
    epoch: uuid.describe('New with every new database: the numbers of events count within it.'),
  }),
  daemonMessage('welcome', 'The client is known and may send.', {
    session: uuid,
    credits: z.int().describe('Shots that may be under way at once. Each `shot.ack` or `shot.refused` gives one back.'),
    maxShotBytes: z.int(),
    silenceSeconds: z.int().describe('The daemon disconnects a client that sends nothing for this long.'),
    sequence: z.int().min(0).describe('Number of the latest event; 0 when there is none.'),
    replayFrom: z
      .int()
      .min(1)
      .describe(
        'Number of the first event that will be sent. When it is greater than the resumed sequence + 1, events are missing: request the state again.',
      ),
  }),
  daemonMessage('shot.ack', 'The shot is safe: its hash matched, its bytes and its row are on disk.', {
    id: uuid,
    status: z.enum(['stored', 'duplicate']).describe('`duplicate` when the same shot was there already.'),
  }),
  daemonMessage('shot.refused', 'The shot was not stored, and why.', { id: z.string(), error: errorReport }),
] as const;

const answers = [
  daemonMessage('done', 'The request was carried out.', answer),
  daemonMessage('request.failed', 'The request was not carried out at all, and why. The connection stays open.', {
    ...answer,
    error: errorReport,
  }),
  daemonMessage('pong', 'Answer to `ping`.', answer),
  daemonMessage('job.answer', 'Answer to `job.start`, `job.stop`, `job.resume` and `job.status`.', {
    ...answer,
    job: jobDescription,
  }),
  daemonMessage('job.list.answer', 'Answer to `job.list`.', {
    ...answer,
    jobs: z.array(jobDescription),
    next: nextCursor,
  }),
  daemonMessage('character.list.answer', 'Answer to `character.list`.', {
    ...answer,
    characters: z.array(
      z
        .object({ name: characterName, shots: z.int(), newest: isoTime })
        .meta({ id: 'CharacterDescription', description: 'A character that has shots.' }),
    ),
  }),
  daemonMessage('shot.answer', 'Answer to `shot.change`: the shot as it is now.', { ...answer, shot: shotDescription }),
  daemonMessage('model.list.answer', 'Answer to `model.list`.', { ...answer, models: z.array(modelDescription) }),
  daemonMessage('shot.list.answer', 'Answer to `shot.list`.', {
    ...answer,
    shots: z.array(shotDescription),
    next: nextCursor,
  }),
] as const;

/** Latest wins: a slow client gets the newest and misses older ones. */
const progress = [
  daemonMessage('job.progress', 'Progress of a stage of a job. Not durable; the latest one wins.', {
    job: uuid,
    stage: z.string().describe('`faces`, `dataset`, `loading`, `encoding`, `preview`, `evaluation`; others may come.'),
    done: z.int(),
    total: z.int(),
  }),
  daemonMessage('job.step', 'Progress of a training. Not durable; the latest one wins.', {
    job: uuid,
    step: z.int().describe('Steps done.'),
    steps: z.int().describe('Total steps.'),
    loss: z.number(),
    gradientNorm: z.number(),
    learningRate: z.number(),
    stepsPerSecond: z.number(),
    etaSeconds: z.number(),
    device: z.string().optional().describe('Where it trains.'),
  }),
] as const;

export const daemonMessages = [...conversation, ...answers, ...progress, ...durableEvents] as const;

export const anyDaemonMessage = z.discriminatedUnion('type', daemonMessages);

export type DaemonMessage = z.output<typeof anyDaemonMessage>;
export type ProgressMessage = Extract<DaemonMessage, { type: 'job.progress' | 'job.step' }>;
export type AnswerMessage = Extract<DaemonMessage, { request: string }>;

/** Metadata of a binary frame of kind `preview`. */
export const previewMetadata = z.object({ job: uuid, step: z.int(), prompt: z.string(), seed: z.int() }).meta({
  id: 'PreviewMetadata',
  description:
    'Metadata of a `preview` frame; the bytes after it are a JPEG. Not durable: the latest one wins, and `preview.available` reports all of them.',
});

export type PreviewMetadata = z.output<typeof previewMetadata>;
