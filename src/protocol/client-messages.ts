/** @file Every message that a client may send as text. Shots go as binary frames. */
import { z } from 'zod';
import { characterName, clientMessage, cursor, newCharacterName, requestId, uuid } from './message.js';
import { region } from './shot.js';
import { trainOptions } from './train-options.js';
import { protocolVersion } from './version.js';

const absolutePath = z
  .string()
  .min(1)
  .max(4096)
  .regex(/^(\/|[A-Za-z]:[\\/]|\\\\)[^\0]*$/)
  .describe('Absolute path on the machine of the daemon.');

const onJob = { request: requestId, job: uuid };

export const clientMessages = [
  clientMessage('identify', 'First message of a client, in answer to `hello`.', {
    protocol: z.literal(protocolVersion).describe('The protocol version that the client speaks.'),
    client: z.string().min(1).max(100).describe('Name of the program.'),
    clientVersion: z.string().min(1).max(100),
    resume: z
      .strictObject({ epoch: uuid, sequence: z.int().min(0).describe('The last event that the client has seen.') })
      .meta({ id: 'Resume', description: 'Where a returning client left off; later events are sent again.' })
      .optional(),
  }),
  clientMessage('ping', 'Requests a `pong`, for clients that cannot send WebSocket pings.', { request: requestId }),
  clientMessage('job.start', 'Queues a training. Repeating it with the same job id does not start a second one.', {
    ...onJob,
    job: uuid.describe('Chosen by the client.'),
    character: newCharacterName,
    folder: absolutePath.optional().describe('Folder of images to train on, instead of uploaded shots.'),
    shots: z
      .array(uuid)
      .min(1)
      .max(10_000)
      .optional()
      .describe("Ids of the uploaded shots to train on. Default: the newest of each name of the character's shots."),
    out: absolutePath.optional().describe("Folder of the run. Default: in the daemon's data folder."),
    options: trainOptions,
  }),
  clientMessage('job.stop', 'Stops a queued or running job; its progress is kept in a checkpoint.', onJob),
  clientMessage(
    'job.resume',
    'Puts a cancelled, interrupted or failed job into the queue again, from its last checkpoint.',
    onJob,
  ),
  clientMessage('job.status', 'Requests one job; an unknown one is answered with the state `unknown`.', onJob),
  clientMessage('job.list', 'Requests all jobs, newest first.', { request: requestId, cursor: cursor.optional() }),
  clientMessage('job.remove', 'Removes a job that has ended, and its run folder where the daemon chose it.', onJob),
  clientMessage('character.list', 'Requests the characters that have shots.', { request: requestId }),
  clientMessage('shot.list', "Requests a character's shots, newest first.", {
    request: requestId,
    character: characterName,
    limit: z.int().min(1).max(1000).default(1000),
    cursor: cursor.optional(),
  }),
  clientMessage(
    'shot.change',
    'Corrects what is known about a shot, or excludes it from later jobs. Fields that are absent stay as they are.',
    {
      request: requestId,
      shot: uuid,
      excluded: z.boolean().optional().describe('Whether jobs skip the shot, unless they name it.'),
      caption: z
        .string()
        .max(4000)
        .optional()
        .describe(
          'Used as it is; an empty one deletes the correction, and the caption is built from what is known again.',
        ),
      head: region.optional().describe('Where the head is. It takes precedence over what any detector finds.'),
    },
  ),
  clientMessage('model.list', 'Lists the available base models.', { request: requestId }),
  clientMessage('shot.remove', 'Deletes shots.', { request: requestId, shots: z.array(uuid).min(1).max(10_000) }),
  clientMessage('daemon.stop', 'Ends the daemon cleanly; a running job is interrupted and can be resumed.', {
    request: requestId,
  }),
] as const;

export const anyClientMessage = z.discriminatedUnion('type', clientMessages);

export type ClientMessage = z.output<typeof anyClientMessage>;
export type ClientMessageInput = z.input<typeof anyClientMessage>;
export type ClientRequest = Exclude<ClientMessage, { type: 'identify' }>;
/** A request before the client has given it a number, with defaults still to be filled in. */
export type RequestInput = ClientMessageInput extends infer Message
  ? Message extends { request: string }
    ? Omit<Message, 'request'>
    : never
  : never;
