/** @file A well-behaved client, written from protocol/PROTOCOL.md. */
import { once } from 'node:events';
import pLimit, { type LimitFunction } from 'p-limit';
import { WebSocket } from 'ws';
import type { Shot } from '../workload/shot.js';
import { readDescriptor } from './descriptor.js';
import { encodeShot } from './frame.js';
import {
  ConnectionLost,
  identify,
  type JobDescription,
  type Message,
  Refused,
  type ShotDescription,
} from './messages.js';

interface Waiting {
  resolve(message: Message): void;
  reject(error: Error): void;
}

export interface Position {
  readonly epoch: string;
  readonly sequence: number;
}

export class Client {
  /** Durable events, in the order in which they came. */
  readonly events: Message[] = [];
  /** Settles with the close code. */
  readonly closed: Promise<number>;
  /** Number of the first event that is sent after this connection's start. */
  replayFrom = 0;
  readonly #socket: WebSocket;
  readonly #waiting = new Map<string, Waiting>();
  #credits: LimitFunction = pLimit(1);
  #requests = 0;
  #position: Position | undefined;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    this.closed = new Promise((resolve) => {
      socket.on('close', (code) => {
        for (const { reject } of this.#waiting.values())
          reject(new ConnectionLost(`The connection was closed: ${code}`));
        this.#waiting.clear();
        resolve(code);
      });
    });
    socket.on('error', () => {});
  }

  /** @throws when there is no daemon, or it does not answer within 30 s */
  static async connect(home: string, resume?: Position): Promise<Client> {
    const { url, token } = await readDescriptor(home);
    const socket = new WebSocket(`${url.replace('http', 'ws')}/socket`, {
      headers: { authorization: `Bearer ${token}` },
      handshakeTimeout: 30_000,
    });
    const client = new Client(socket);
    const welcome = client.#expect('welcome');
    const hello = client.#expect('hello');
    socket.on('message', (data, isBinary) => {
      if (!isBinary) client.#take(JSON.parse(String(data)) as Message);
    });
    // A refused connection is reported by the expectation of `hello`.
    once(socket, 'open').catch(() => {});
    const { epoch = '' } = await hello;
    socket.send(JSON.stringify({ ...identify, ...(resume === undefined ? {} : { resume }) }));
    const { credits = 1, replayFrom = 0, sequence = 0 } = await welcome;
    client.#credits = pLimit(credits);
    client.replayFrom = replayFrom;
    client.#position = { epoch, sequence: resume?.epoch === epoch ? resume.sequence : sequence };
    return client;
  }

  /** What to resume with. */
  get position(): Position | undefined {
    return this.#position;
  }

  /** Sends a request; the answer. @throws Refused, ConnectionLost */
  async request(message: { readonly type: string; readonly [field: string]: unknown }): Promise<Message> {
    const request = `${++this.#requests}`;
    const answer = this.#expect(`request ${request}`);
    this.#socket.send(JSON.stringify({ ...message, request }), () => {});
    return await answer;
  }

  async job(type: 'job.status' | 'job.stop' | 'job.resume', id: string): Promise<JobDescription> {
    return (await this.request({ type, job: id })).job as JobDescription;
  }

  async startJob(fields: { readonly job: string; readonly [field: string]: unknown }): Promise<JobDescription> {
    return (await this.request({ type: 'job.start', ...fields })).job as JobDescription;
  }

  async shots(character: string): Promise<readonly ShotDescription[]> {
    return (await this.request({ type: 'shot.list', character })).shots ?? [];
  }

  /** Sends a shot once there is credit for it; how it was acknowledged. @throws Refused, ConnectionLost */
  async sendShot(shot: Shot): Promise<string> {
    return await this.#credits(async () => {
      const answer = this.#expect(`shot ${shot.id}`);
      this.#socket.send(encodeShot(shot), () => {});
      return (await answer).status ?? '';
    });
  }

  close(): void {
    this.#socket.terminate();
  }

  #expect(key: string): Promise<Message> {
    const answer = new Promise<Message>((resolve, reject) => {
      if (this.#socket.readyState > WebSocket.OPEN) reject(new ConnectionLost('The connection is closed.'));
      else this.#waiting.set(key, { resolve, reject });
    });
    // The caller gets the error when it awaits; a promise that nobody has awaited yet must not end the process.
    answer.catch(() => {});
    return answer;
  }

  #take(message: Message): void {
    if (message.type !== 'welcome' && message.sequence !== undefined) {
      this.events.push(message);
      this.#position = { epoch: this.#position?.epoch ?? '', sequence: message.sequence };
      return;
    }
    const key =
      message.request !== undefined
        ? `request ${message.request}`
        : message.type.startsWith('shot.')
          ? `shot ${message.id}`
          : message.type;
    const waiting = this.#waiting.get(key);
    this.#waiting.delete(key);
    if (message.error !== undefined) waiting?.reject(new Refused(message.error));
    else waiting?.resolve(message);
  }
}
