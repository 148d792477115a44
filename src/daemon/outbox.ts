/**
 * @file Everything that goes to one client. Durable events are read from the log as fast as the client takes them, so a slow
 * client costs no memory; of progress and previews it keeps the newest only.
 */
import { readFile } from 'node:fs/promises';
import { WebSocket } from 'ws';
import type { DaemonMessage, PreviewMetadata, ProgressMessage } from '../protocol/daemon-messages.js';
import { encodeFrame } from '../protocol/frame.js';
import type { EventLog } from '../store/event-log.js';

const eventsPerRound = 64;

export class Outbox {
  readonly #socket: WebSocket;
  readonly #events: EventLog;
  /** Number of the last event sent; undefined before the client is welcome. */
  #cursor: number | undefined;
  /** By job and type. */
  #progress = new Map<string, ProgressMessage>();
  /** By job. */
  #previews = new Map<string, { metadata: PreviewMetadata; file: string }>();
  #busy = false;
  #pumping: Promise<void> = Promise.resolve();
  #due = false;

  constructor(socket: WebSocket, events: EventLog) {
    this.#socket = socket;
    this.#events = events;
  }

  /** Sends at once; for answers, of which a client cannot have many under way. Resolves when the system has taken it. */
  send(message: DaemonMessage): Promise<void> {
    return this.#write(JSON.stringify(message));
  }

  /** Begins to send durable events, those after number `sequence`. */
  follow(sequence: number): void {
    this.#cursor = sequence;
    this.wake();
  }

  progress(message: ProgressMessage): void {
    this.#progress.set(`${message.job} ${message.type}`, message);
    this.wake();
  }

  preview(metadata: PreviewMetadata, file: string): void {
    this.#previews.set(metadata.job, { metadata, file });
    this.wake();
  }

  /** To be called when there may be new events. */
  wake(): void {
    this.#due = true;
    if (this.#busy || this.#cursor === undefined) return;
    this.#busy = true;
    // Without its log the daemon cannot keep its promise: the client has to come back.
    this.#pumping = this.#pump().catch(() => this.#socket.terminate());
  }

  /** Resolves when all that is there has been sent, or the connection is gone. */
  async flushed(): Promise<void> {
    this.wake();
    await this.#pumping;
  }

  async #pump(): Promise<void> {
    // Each round sends some of everything: neither can a flood of progress hold up events, nor the other way round.
    while (this.#due && this.#socket.readyState === WebSocket.OPEN) {
      this.#due = false;
      const latest = await this.#sendLatest();
      const events = await this.#sendEvents();
      this.#due ||= latest || events;
    }
    this.#busy = false;
  }

  async #sendLatest(): Promise<boolean> {
    const [progress, previews] = [this.#progress, this.#previews];
    this.#progress = new Map();
    this.#previews = new Map();
    for (const message of progress.values()) await this.send(message);
    for (const { metadata, file } of previews.values()) {
      const bytes = await readFile(file).catch(() => undefined);
      // A preview that is gone again, its job removed, is no loss.
      if (bytes !== undefined) await this.#write(encodeFrame('preview', metadata, bytes));
    }
    return progress.size + previews.size > 0;
  }

  async #sendEvents(): Promise<boolean> {
    const events = this.#events.after(this.#cursor ?? 0, eventsPerRound);
    const last = events.at(-1);
    if (last === undefined) return false;
    // Nothing of a job comes after its end.
    if (events.some(({ type }) => type === 'job.finished')) await this.#sendLatest();
    this.#cursor = last.sequence;
    await Promise.all(events.map((event) => this.send(event)));
    return true;
  }

  /** A connection that is gone is no failure here: its end is told elsewhere. */
  #write(data: string | Buffer): Promise<void> {
    return new Promise((resolve) => this.#socket.send(data, () => resolve()));
  }
}
