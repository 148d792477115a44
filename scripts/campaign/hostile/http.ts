/** @file HTTP by hand: any head, and what is answered to it. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Descriptor } from '../client/descriptor.js';
import { waitFor } from '../product/wait.js';

/** Opens a connection to the daemon. */
export async function openSocket({ url }: Descriptor): Promise<Socket> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.on('error', () => {});
  await once(socket, 'connect');
  return socket;
}

export interface RawAnswer {
  /** 0 when the daemon ends the connection without an answer, or does not answer in 10 s. */
  readonly status: number;
  /** The rest of what came with it. */
  readonly text: string;
}

/** The answer to these lines of a head, as they are: a URL is not tidied up. */
export async function answerTo(descriptor: Descriptor, lines: readonly string[]): Promise<RawAnswer> {
  const socket = await openSocket(descriptor);
  let text = '';
  let hasEnded = false;
  socket.on('data', (chunk) => {
    text += chunk;
  });
  socket.on('close', () => {
    hasEnded = true;
  });
  socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  await waitFor(10, () => hasEnded || /^HTTP\/1\.1 101/.test(text) || undefined);
  socket.destroy();
  return { status: Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0), text };
}
