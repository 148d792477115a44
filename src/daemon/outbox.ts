/**
 * @file Everything that goes to one client. Durable events are read from the log as fast as the client takes them, so a slow
 * client costs no memory; of progress and previews only the newest are kept.
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
  /** Number of the last event sent; undefined before `welcome` was sent. */
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

  /** Sends at once, for answers. Resolves when the operating system has accepted it. */
  send(message: DaemonMessage): Promise<void> {
    return this.#write(JSON.stringify(message));
  }

  /** Starts to send durable events, from the one after `sequence`. */
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
    // The log could not be read: events would be skipped. A client that reconnects resumes where it was.
    this.#pumping = this.#pump().catch(() => this.#socket.terminate());
  }

  /** Resolves when everything pending has been sent, or the connection is closed. */
  async flushed(): Promise<void> {
    this.wake();
    await this.#pumping;
  }

  async #pump(): Promise<void> {
    // Each round sends some of both, so that a flood of progress cannot delay events, nor events progress.
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
      // The file is gone when its job was removed meanwhile.
      if (bytes !== undefined) await this.#write(encodeFrame('preview', metadata, bytes));
    }
    return progress.size + previews.size > 0;
  }

  async #sendEvents(): Promise<boolean> {
    const events = this.#events.after(this.#cursor ?? 0, eventsPerRound);
    const last = events.at(-1);
    if (last === undefined) return false;
    // Nothing about a job may follow its end.
    if (events.some(({ type }) => type === 'job.finished')) await this.#sendLatest();
    this.#cursor = last.sequence;
    await Promise.all(events.map((event) => this.send(event)));
    return true;
  }

  /** A closed connection is not an error here: the session handles its end. */
  #write(data: string | Buffer): Promise<void> {
    return new Promise((resolve) => this.#socket.send(data, () => resolve()));
  }
}
