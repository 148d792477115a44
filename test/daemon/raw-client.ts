/** @file A client that sends anything, valid or not. */
import { once } from 'node:events';
import { onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { anyDaemonMessage, type DaemonMessage } from '../../src/protocol/daemon-messages.js';
import type { Descriptor } from '../../src/protocol/descriptor.js';
import { readDescriptor } from '../../src/store/descriptor-file.js';
import type { Home } from '../../src/store/home.js';

export async function descriptorOf(home: Home): Promise<Descriptor> {
  const found = await readDescriptor(home);
  if (found === undefined) throw new Error('There is no descriptor.');
  return found;
}

export class RawClient {
  readonly socket: WebSocket;
  readonly received: DaemonMessage[] = [];
  readonly closed: Promise<number>;

  constructor(socket: WebSocket) {
    this.socket = socket;
    this.closed = new Promise((resolve) => {
      socket.on('close', resolve);
    });
    socket.on('error', () => {});
    socket.on('message', (data, isBinary) => {
      if (!isBinary) this.received.push(anyDaemonMessage.parse(JSON.parse(String(data))));
      socket.emit('received');
    });
  }

  send(message: object | string): void {
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  /** The answer, past or to come, to a request. */
  async answerTo(request: string): Promise<DaemonMessage> {
    for (;;) {
      const found = this.received.find((message) => 'request' in message && message.request === request);
      if (found !== undefined) return found;
      await once(this.socket, 'received');
    }
  }

  /** The first message, past or to come, of a type. */
  async next<Type extends DaemonMessage['type']>(type: Type): Promise<Extract<DaemonMessage, { type: Type }>> {
    const isWanted = (message: DaemonMessage): message is Extract<DaemonMessage, { type: Type }> =>
      message.type === type;
    for (;;) {
      const found = this.received.find(isWanted);
      if (found !== undefined) return found;
      await once(this.socket, 'received');
    }
  }
}

/** Opens a socket; the client has not said anything yet. */
export async function connectRaw(home: Home): Promise<RawClient> {
  const { url, token } = await descriptorOf(home);
  const socket = new WebSocket(`${url.replace('http', 'ws')}/socket`, {
    headers: { authorization: `Bearer ${token}` },
  });
  onTestFinished(() => socket.terminate());
  const client = new RawClient(socket);
  await once(socket, 'open');
  return client;
}

export const identify = { type: 'identify', protocol: 1, client: 'raw', clientVersion: '1' };

/** Opens a socket and identifies. */
export async function connectIdentified(home: Home): Promise<RawClient> {
  const client = await connectRaw(home);
  client.send(identify);
  await client.next('welcome');
  return client;
}
