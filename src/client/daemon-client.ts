/** @file The reference client: finds the daemon by its descriptor, reconnects when the connection is lost, misses no event. */

import { createHash } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';
import { errorOf } from '../errors/error-report.js';
import { asLoraBridgeError, LoraBridgeError } from '../errors/lora-bridge-error.js';
import type { Answers } from '../protocol/answers.js';
import type { RequestInput } from '../protocol/client-messages.js';
import { closeCodes } from '../protocol/close-codes.js';
import {
  type AnswerMessage,
  type PreviewMetadata,
  type ProgressMessage,
  previewMetadata,
} from '../protocol/daemon-messages.js';
import type { Descriptor } from '../protocol/descriptor.js';
import type { DurableEvent } from '../protocol/events.js';
import { openFrame } from '../protocol/frame.js';
import { isTerminal, type JobDescription } from '../protocol/job.js';
import { packageVersion } from '../protocol/package-version.js';
import type { ShotMetadata } from '../protocol/shot.js';
import { readDescriptor } from '../store/descriptor-file.js';
import { homeAt } from '../store/home.js';
import { type Connection, type Frame, lost, openConnection, parseMessage, type Welcome } from './connection.js';
import { type UploadStatus, Uploads } from './uploads.js';

export interface ClientOptions {
  /** The data folder of the daemon. Default: as the environment says. */
  readonly home?: string;
  /** Name of the program. */
  readonly name: string;
  /** The last event that an earlier client received, to receive all later ones. Default: only new events. */
  readonly resume?: ResumePoint;
  /** How long to try to reconnect. Default: 30. */
  readonly reconnectSeconds?: number;
}

export interface ResumePoint {
  readonly epoch: string;
  readonly sequence: number;
}

export interface ClientEvents {
  /** Every durable event, in order, once. */
  event: [event: DurableEvent];
  progress: [message: ProgressMessage];
  preview: [metadata: PreviewMetadata, jpeg: Buffer];
  /** After a reconnection; `complete` is false when events were missed and the state must be requested again. */
  reconnected: [welcome: Welcome, complete: boolean];
  disconnected: [];
  /** Reconnecting failed; open requests and uploads have failed with this error. */
  lost: [error: LoraBridgeError];
}

export type AnswerTo<Type extends keyof Answers> = Extract<AnswerMessage, { type: Answers[Type] }>;

type JobFinished = Extract<DurableEvent, { type: 'job.finished' }>;

interface Pending {
  readonly text: string;
  readonly resolve: (answer: AnswerMessage) => void;
  readonly reject: (error: Error) => void;
}

const firstDelay = 50;
const longestDelay = 1000;

async function findDaemon(home: string | undefined): Promise<Descriptor> {
  const paths = homeAt(home);
  const found = await readDescriptor(paths);
  if (found !== undefined) return found;
  throw new LoraBridgeError('state.daemon.absent', `No daemon is running for the data folder ${paths.folder}.`, {
    file: paths.descriptor,
    hint: 'Start it with `lora-bridge daemon`.',
  });
}

export class DaemonClient extends EventEmitter<ClientEvents> {
  readonly #options: ClientOptions;
  readonly #pending = new Map<string, Pending>();
  readonly #uploads = new Uploads();
  #connection: Connection | undefined;
  #position: ResumePoint;
  #requests = 0;
  #hashing: Promise<unknown> = Promise.resolve();
  #closed = false;

  /** Throws `state.daemon.absent`, `state.access.denied`, `state.protocol.version` or `resource.connection.lost`. */
  static async connect(options: ClientOptions): Promise<DaemonClient> {
    const { resume, name: client } = options;
    const identity = { client, clientVersion: packageVersion, ...(resume && { resume }) };
    return new DaemonClient(options, await openConnection(await findDaemon(options.home), identity));
  }

  private constructor(options: ClientOptions, connection: Connection) {
    super();
    this.#options = options;
    const { hello, welcome } = connection;
    this.#position = { epoch: hello.epoch, sequence: welcome.replayFrom - 1 };
    // The caller must be able to add its listeners before the first message is read.
    setImmediate(() => this.#use(connection));
  }

  /** The last event received; a later client takes it as `resume`. */
  get position(): ResumePoint {
    return this.#position;
  }

  /** Sends a request, and again after a reconnection. Throws what the daemon answers, or `resource.connection.lost`. */
  request<Type extends keyof Answers>(message: Extract<RequestInput, { type: Type }>): Promise<AnswerTo<Type>> {
    const request = String(++this.#requests);
    return new Promise((resolve, reject) => {
      if (this.#closed) return reject(lost());
      const text = JSON.stringify({ ...message, request });
      this.#pending.set(request, { text, resolve: resolve as (answer: AnswerMessage) => void, reject });
      this.#connection?.socket.send(text);
    });
  }

  /** Sends an image; resolves once it is durable. Throws why the daemon refused it, or `resource.connection.lost`. */
  async upload(metadata: Omit<ShotMetadata, 'sha256' | 'bytes'>, picture: Uint8Array): Promise<UploadStatus> {
    // Hashing blocks the event loop: one image per turn, so that those before it are sent meanwhile.
    const turn = this.#hashing.then(() => nextTurn());
    this.#hashing = turn;
    await turn;
    if (this.#closed) throw lost();
    const sha256 = createHash('sha256').update(picture).digest('hex');
    return await this.#uploads.add({ ...metadata, sha256, bytes: picture.length }, picture);
  }

  /** All jobs, newest first. */
  async listJobs(): Promise<JobDescription[]> {
    const jobs: JobDescription[] = [];
    let cursor: string | undefined;
    do {
      const part = await this.request({ type: 'job.list', ...(cursor !== undefined && { cursor }) });
      jobs.push(...part.jobs);
      cursor = part.next;
    } while (cursor !== undefined);
    return jobs;
  }

  /** The job once it has ended, in whatever state; at once when it already has, or is unknown. */
  async waitForJob(id: string): Promise<JobDescription> {
    for (;;) {
      const waiting = new AbortController();
      const change = this.#changeOf(id, waiting.signal);
      try {
        const { job } = await this.request({ type: 'job.status', job: id });
        if (job.state === 'unknown' || isTerminal(job.state)) return job;
        const finished = await change;
        if (finished !== undefined) return await this.#describeFinished(job, finished);
      } finally {
        waiting.abort();
      }
    }
  }

  /** Ends the connection. Open requests and uploads fail. */
  async close(): Promise<void> {
    const socket = this.#connection?.socket;
    this.#giveUp(lost());
    if (socket === undefined) return;
    const closed = once(socket, 'close');
    socket.close(1000);
    await closed;
  }

  /** The job as the daemon describes it, or, when the daemon ends before it answers, as its last event does. */
  async #describeFinished(before: JobDescription, finished: JobFinished): Promise<JobDescription> {
    const { type: _type, sequence: _sequence, time: _time, job: _job, ...end } = finished;
    const gone = new AbortController();
    try {
      const described = this.request({ type: 'job.status', job: before.id }).then(({ job }) => job);
      const disconnected = once(this, 'disconnected', { signal: gone.signal }).then(() => ({ ...before, ...end }));
      disconnected.catch(() => {});
      return await Promise.race([described, disconnected]);
    } finally {
      gone.abort();
    }
  }

  /** Resolves with the end of the job, or with undefined when that event may have been missed. */
  #changeOf(id: string, signal: AbortSignal): Promise<JobFinished | undefined> {
    return new Promise((resolve) => {
      const onEvent = (event: DurableEvent): void => {
        if (event.type === 'job.finished' && event.job === id) resolve(event);
      };
      const onChange = (): void => resolve(undefined);
      this.on('event', onEvent).on('reconnected', onChange).on('lost', onChange);
      signal.addEventListener('abort', () => {
        this.off('event', onEvent).off('reconnected', onChange).off('lost', onChange);
      });
    });
  }

  #use(connection: Connection): void {
    if (this.#closed) {
      connection.socket.terminate();
      return;
    }
    const { socket, welcome } = connection;
    this.#connection = connection;
    let receivedAt = performance.now();
    const watch = setInterval(() => {
      if (performance.now() - receivedAt > welcome.silenceSeconds * 1000) socket.terminate();
    }, 1000);
    socket.on('ping', () => {
      receivedAt = performance.now();
    });
    socket.removeAllListeners('message');
    socket.on('message', (data, isBinary) => {
      receivedAt = performance.now();
      this.#receive({ data: data as Buffer, isBinary });
    });
    socket.on('error', () => {});
    socket.on('close', (code) => {
      clearInterval(watch);
      this.#connection = undefined;
      this.#uploads.disconnected();
      if (!this.#closed) void this.#reconnect(code);
    });
    for (const frame of connection.early) this.#receive(frame);
    socket.resume();
    for (const { text } of this.#pending.values()) socket.send(text);
    this.#uploads.connected(socket, welcome.credits);
  }

  #receive({ data, isBinary }: Frame): void {
    if (isBinary) this.#receiveBinary(data);
    else this.#receiveText(data);
  }

  #receiveBinary(data: Buffer): void {
    const { kind, metadata, bytes } = openFrame(data);
    if (kind === 'preview') this.emit('preview', previewMetadata.parse(metadata), bytes);
  }

  #receiveText(data: Buffer): void {
    const message = parseMessage(data);
    if (message === undefined) return;
    if ('request' in message) this.#settle(message);
    else if (message.type === 'shot.ack') this.#uploads.acknowledged(message.id, message.status);
    else if (message.type === 'shot.refused') this.#uploads.refused(message.id, errorOf(message.error));
    else if (message.type === 'job.progress' || message.type === 'job.step') this.emit('progress', message);
    else if ('sequence' in message && message.type !== 'welcome') {
      this.#position = { ...this.#position, sequence: message.sequence };
      this.emit('event', message);
    }
  }

  #settle(answer: AnswerMessage): void {
    const pending = this.#pending.get(answer.request);
    this.#pending.delete(answer.request);
    if (answer.type === 'request.failed') pending?.reject(errorOf(answer.error));
    else pending?.resolve(answer);
  }

  async #reconnect(code: number): Promise<void> {
    this.emit('disconnected');
    const { malformed, credit } = closeCodes;
    if (code === malformed.code || code === credit.code) {
      const what = `The daemon closed the connection with code ${code}.`;
      this.#giveUp(new LoraBridgeError('protocol.frame.malformed', what, { hint: 'Please report this fault.' }));
      return;
    }
    const deadline = performance.now() + (this.#options.reconnectSeconds ?? 30) * 1000;
    for (let wait = firstDelay; !this.#closed; wait = Math.min(wait * 2, longestDelay)) {
      await delay(wait);
      try {
        const identity = { client: this.#options.name, clientVersion: packageVersion, resume: this.#position };
        const connection = await openConnection(await findDaemon(this.#options.home), identity);
        const { epoch } = connection.hello;
        const { replayFrom } = connection.welcome;
        const complete = epoch === this.#position.epoch && replayFrom === this.#position.sequence + 1;
        this.#position = { epoch, sequence: replayFrom - 1 };
        this.#use(connection);
        this.emit('reconnected', connection.welcome, complete);
        return;
      } catch (error) {
        const known = asLoraBridgeError(error);
        if (performance.now() > deadline || known.code === 'state.protocol.version') this.#giveUp(known);
      }
    }
  }

  #giveUp(error: LoraBridgeError): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const { reject } of this.#pending.values()) reject(error);
    this.#pending.clear();
    this.#uploads.fail(error);
    this.emit('lost', error);
  }
}
