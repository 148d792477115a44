/** @file One client's connection: identifies the client, receives its requests and shots, answers them. */

import { randomUUID } from 'node:crypto';
import type { WebSocket } from 'ws';
import type { ErrorReport } from '../errors/error-report.js';
import { asLoraBridgeError } from '../errors/lora-bridge-error.js';
import type { Inspector } from '../jobs/inspector.js';
import type { ClientMessage, ClientRequest } from '../protocol/client-messages.js';
import { type CloseReason, closeCodes } from '../protocol/close-codes.js';
import type { DaemonMessage } from '../protocol/daemon-messages.js';
import type { ShotMetadata } from '../protocol/shot.js';
import { limits, protocolVersion } from '../protocol/version.js';
import { type DecodedFrame, decodeFrame } from './decode-frame.js';
import { Outbox } from './outbox.js';
import { answerRequest, type RequestContext } from './requests.js';

export interface SessionContext extends RequestContext {
  readonly inspector: Inspector;
  readonly serverVersion: string;
  readonly instance: string;
  readonly times: HeartbeatTimes;
  /** Called when the client has identified itself. */
  identified(): void;
  /** Called after `daemon.stop` was answered. */
  stop(): void;
}

export interface HeartbeatTimes {
  readonly heartbeatSeconds: number;
  readonly silenceSeconds: number;
  readonly identifySeconds: number;
}

/** Above these, reading from a client pauses until the disk, or the client, has caught up. */
const arrivingBytesAtMost = 128 << 20;
const answerBytesAtMost = 4 << 20;
const requestsAtMost = 256;

export class Session {
  readonly outbox: Outbox;
  readonly #id = randomUUID();
  readonly #socket: WebSocket;
  readonly #context: SessionContext;
  #identified = false;
  #receivedAt = performance.now();
  #closeReason: CloseReason | undefined;
  #requests: ClientRequest[] = [];
  #isServing = false;
  #arrivingShots = 0;
  #arrivingBytes = 0;
  /** Started or resumed over this connection. */
  readonly jobs = new Set<string>();

  constructor(socket: WebSocket, context: SessionContext) {
    this.#socket = socket;
    this.#context = context;
    this.outbox = new Outbox(socket, context.store.events);
    const { instance, serverVersion: server, store, times } = context;
    const heartbeat = setInterval(() => this.#beat(), times.heartbeatSeconds * 1000);
    const identifyTimer = setTimeout(() => {
      if (!this.#identified) this.close('unidentified');
    }, times.identifySeconds * 1000);
    socket.on('close', () => {
      this.#requests = [];
      clearInterval(heartbeat);
      clearTimeout(identifyTimer);
    });
    socket.binaryType = 'fragments';
    socket.on('message', (data) => {
      this.#noteActivity();
      // What was sent after the message for which the connection is being closed does not count.
      if (this.#closeReason !== undefined) return;
      // With the binary type `fragments`, ws gives a Buffer for text and a list of them for binary messages.
      this.#act(decodeFrame(data as Buffer | Buffer[]));
    });
    socket.on('ping', () => this.#noteActivity());
    socket.on('pong', () => this.#noteActivity());
    socket.on('error', (error) => context.log.warn(`Connection ${this.#id}: ${error.message}`));
    this.#send({ type: 'hello', protocol: protocolVersion, server, instance, epoch: store.epoch });
  }

  close(reason: CloseReason): void {
    if (this.#closeReason !== undefined) return;
    this.#closeReason = reason;
    this.#requests = [];
    this.#context.log.info(`Connection ${this.#id} is closed: ${closeCodes[reason].code} ${reason}`);
    if (this.#arrivingShots === 0) this.#sendClose(reason);
  }

  /** Ends the connection once every shot that arrived before is answered. */
  #sendClose(reason: CloseReason): void {
    const { code, meaning } = closeCodes[reason];
    // The client's part of the closing handshake has to be read.
    this.#socket.resume();
    // A close frame has room for 123 bytes of reason.
    this.#socket.close(code, meaning.slice(0, 120));
  }

  #noteActivity(): void {
    this.#receivedAt = performance.now();
  }

  #beat(): void {
    // A client is not read from while its shots wait for the disk, so its pongs do not arrive.
    if (this.#arrivingBytes > arrivingBytesAtMost) this.#noteActivity();
    if (performance.now() - this.#receivedAt > this.#context.times.silenceSeconds * 1000) {
      this.close('timeout');
      // A client that does not respond does not answer the closing handshake either.
      this.#socket.terminate();
    } else if (this.#socket.readyState === this.#socket.OPEN) this.#socket.ping();
  }

  #act(decoded: DecodedFrame): void {
    if (decoded.kind === 'fault') this.close(decoded.reason);
    else if (!this.#identified) {
      if (decoded.kind === 'message' && decoded.message.type === 'identify') this.#identify(decoded.message);
      else this.close('unidentified');
    } else if (decoded.kind === 'shot') void this.#takeShot(decoded.metadata, decoded.bytes);
    else if (decoded.kind === 'refused') this.#send(decoded.reply);
    else if (decoded.message.type === 'identify') this.close('malformed');
    else {
      this.#requests.push(decoded.message);
      if (!this.#isServing) void this.#serve();
    }
    this.#regulate();
  }

  /** Carries requests out one after the other, each once the answer before is on its way: as fast as the client reads. */
  async #serve(): Promise<void> {
    this.#isServing = true;
    for (let request = this.#requests.shift(); request !== undefined; request = this.#requests.shift()) {
      await this.#carryOut(request);
      this.#regulate();
    }
    this.#isServing = false;
  }

  #identify(message: Extract<ClientMessage, { type: 'identify' }>): void {
    const { store, queue, log, times } = this.#context;
    const { latest, oldest } = store.events;
    const seen = message.resume?.epoch === store.epoch ? Math.min(message.resume.sequence, latest) : latest;
    const replayFrom = Math.max(seen + 1, oldest);
    this.#identified = true;
    this.#context.identified();
    log.info(`Connection ${this.#id}: ${message.client} ${message.clientVersion}, events from ${replayFrom}`);
    this.#send({
      type: 'welcome',
      session: this.#id,
      credits: limits.credits,
      maxShotBytes: limits.shotBytes,
      silenceSeconds: times.silenceSeconds,
      sequence: latest,
      replayFrom,
    });
    this.outbox.follow(replayFrom - 1);
    for (const progress of queue.latestProgress) this.outbox.progress(progress);
  }

  async #carryOut(message: ClientRequest): Promise<void> {
    try {
      const answer = await answerRequest(this.#context, message);
      if (message.type === 'job.start' || message.type === 'job.resume') this.jobs.add(message.job);
      await this.outbox.send(answer);
      if (message.type === 'daemon.stop') this.#context.stop();
    } catch (error) {
      await this.outbox.send({ type: 'request.failed', request: message.request, error: this.#report(error) });
    }
  }

  async #takeShot(metadata: ShotMetadata, bytes: Buffer): Promise<void> {
    if (this.#arrivingShots >= limits.credits) {
      this.close('credit');
      return;
    }
    const { id } = metadata;
    this.#arrivingShots++;
    this.#arrivingBytes += bytes.length;
    try {
      const status = await this.#context.store.intake.add(metadata, bytes);
      this.#send({ type: 'shot.ack', id, status });
      this.#context.inspector.wake();
    } catch (error) {
      this.#send({ type: 'shot.refused', id, error: this.#report(error) });
    } finally {
      this.#arrivingShots--;
      this.#arrivingBytes -= bytes.length;
      if (this.#closeReason !== undefined && this.#arrivingShots === 0) this.#sendClose(this.#closeReason);
      this.#regulate();
    }
  }

  #send(message: DaemonMessage): void {
    void this.outbox.send(message).then(() => this.#regulate());
  }

  #report(error: unknown): ErrorReport {
    const known = asLoraBridgeError(error);
    if (known.code === 'internal') this.#context.log.error(`Connection ${this.#id}`, error);
    return known.toReport();
  }

  /** Pauses reading from a client whose shots or answers accumulate, and resumes it afterwards. */
  #regulate(): void {
    if (this.#closeReason !== undefined) return;
    const full =
      this.#arrivingBytes > arrivingBytesAtMost ||
      this.#socket.bufferedAmount > answerBytesAtMost ||
      this.#requests.length > requestsAtMost;
    if (full && !this.#socket.isPaused) this.#socket.pause();
    else if (!full && this.#socket.isPaused) this.#socket.resume();
  }
}
