/** @file Opens the socket of a daemon and identifies the client. */
import { WebSocket } from 'ws';
import { LoraBridgeError } from '../errors/lora-bridge-error.js';
import type { ClientMessage } from '../protocol/client-messages.js';
import { closeCodes } from '../protocol/close-codes.js';
import { anyDaemonMessage, type DaemonMessage } from '../protocol/daemon-messages.js';
import type { Descriptor } from '../protocol/descriptor.js';
import { limits, protocolVersion } from '../protocol/version.js';

export type Hello = Extract<DaemonMessage, { type: 'hello' }>;
export type Welcome = Extract<DaemonMessage, { type: 'welcome' }>;
export type Identity = Omit<Extract<ClientMessage, { type: 'identify' }>, 'type' | 'protocol'>;

export interface Connection {
  readonly socket: WebSocket;
  readonly hello: Hello;
  readonly welcome: Welcome;
  /** What arrived together with `welcome`, before a listener could be added. */
  readonly early: readonly Frame[];
}

export interface Frame {
  readonly data: Buffer;
  readonly isBinary: boolean;
}

export const lost = (cause?: unknown) =>
  new LoraBridgeError('resource.connection.lost', 'The connection to the daemon was lost.', {
    hint: 'Check whether the daemon is running: `lora-bridge status`.',
    cause,
  });

const absent = (descriptor: Descriptor, cause: unknown) =>
  new LoraBridgeError('state.daemon.absent', `The daemon at ${descriptor.url} does not respond.`, {
    hint: 'Start it with `lora-bridge daemon`.',
    cause,
  });

const otherVersion = (daemon: number) =>
  new LoraBridgeError(
    'state.protocol.version',
    `The daemon uses protocol version ${daemon}, this program version ${protocolVersion}.`,
    {
      hint: 'Stop the daemon and start it again with the same version of lora-bridge.',
    },
  );

/** A message of the daemon, or undefined for a type that only newer daemons send. */
export function parseMessage(data: Buffer): DaemonMessage | undefined {
  return anyDaemonMessage.safeParse(JSON.parse(data.toString('utf8'))).data;
}

/**
 * Opens a connection and identifies. The socket is paused on return: no message is lost before the caller adds its listeners.
 * @throws LoraBridgeError `state.daemon.absent`, `state.access.denied`, `state.protocol.version`, `resource.connection.lost`
 */
export function openConnection(descriptor: Descriptor, identity: Identity): Promise<Connection> {
  const socket = new WebSocket(`${descriptor.url.replace(/^http/, 'ws')}/socket`, {
    headers: { authorization: `Bearer ${descriptor.token}` },
    handshakeTimeout: 10_000,
    maxPayload: limits.frameBytes,
    perMessageDeflate: false,
    // Masking protects proxies from scripts in web pages. There are neither here, and a mask of zeros saves a pass over the bytes.
    generateMask: (mask) => mask.fill(0),
  });
  return new Promise((resolve, reject) => {
    let hello: Hello | undefined;
    const fail = (error: LoraBridgeError): void => {
      socket.removeAllListeners().on('error', () => {});
      socket.terminate();
      reject(error);
    };
    socket.on('error', (error) => fail(absent(descriptor, error)));
    socket.on('unexpected-response', (_request, response) => {
      const hint = 'Read the descriptor file again: the daemon may have been restarted.';
      fail(
        new LoraBridgeError('state.access.denied', `The daemon refused the connection (${response.statusCode}).`, {
          hint,
        }),
      );
    });
    socket.on('close', (code) => fail(code === closeCodes.version.code ? otherVersion(hello?.protocol ?? 0) : lost()));
    socket.on('message', (data) => {
      const message = parseMessage(data as Buffer);
      if (message?.type === 'hello') {
        hello = message;
        if (hello.protocol !== protocolVersion) fail(otherVersion(hello.protocol));
        else socket.send(JSON.stringify({ type: 'identify', protocol: protocolVersion, ...identity }));
      } else if (message?.type === 'welcome' && hello !== undefined) {
        const early: Frame[] = [];
        socket.pause();
        socket.removeAllListeners();
        socket.on('message', (rest, isBinary) => early.push({ data: rest as Buffer, isBinary }));
        resolve({ socket, hello, welcome: message, early });
      }
    });
  });
}
