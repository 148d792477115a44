/**
 * @file Bounds the memory that messages take while they arrive. A frame announces up to 64 MiB and may never end, on as many
 * connections as somebody likes to open: what is held for all of them together has a limit.
 */
import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { closeCodes } from '../protocol/close-codes.js';

/** Bytes of incomplete messages of all connections together: two of the largest pictures. */
const bytesAtMost = 128 << 20;

/** Bytes that a connection may send before it has identified itself. */
const unidentifiedAtMost = 64 << 10;

/** A connection with less than this holds nothing worth closing it for. */
const smallest = 1 << 20;

interface Incoming {
  readonly socket: WebSocket;
  /** Received since the last complete message. */
  bytes: number;
  /** When the last of them arrived. */
  at: number;
  isIdentified: boolean;
}

export class IncompleteMessages {
  readonly #connections = new Map<WebSocket, Incoming>();

  /** Watches a connection from its first byte; `stream` is what its WebSocket reads. */
  track(socket: WebSocket, stream: Duplex): void {
    const incoming: Incoming = { socket, bytes: 0, at: 0, isIdentified: false };
    this.#connections.set(socket, incoming);
    stream.on('data', (chunk: Buffer) => {
      incoming.bytes += chunk.length;
      incoming.at = performance.now();
      this.#check(incoming);
    });
    socket.on('message', () => {
      incoming.bytes = 0;
    });
    socket.on('close', () => this.#connections.delete(socket));
  }

  /** The connection may send shots from now on. */
  identified(socket: WebSocket): void {
    const incoming = this.#connections.get(socket);
    if (incoming !== undefined) incoming.isIdentified = true;
  }

  #check(incoming: Incoming): void {
    if (!incoming.isIdentified && incoming.bytes > unidentifiedAtMost) this.#end(incoming, 'unidentified');
    let total = 0;
    for (const { bytes } of this.#connections.values()) total += bytes;
    if (total <= bytesAtMost) return;
    // Whoever has sent nothing for longest is the least likely to be a client that is sending a picture.
    const [idlest] = [...this.#connections.values()]
      .filter(({ bytes }) => bytes >= smallest)
      .sort((a, b) => a.at - b.at);
    if (idlest !== undefined) this.#end(idlest, 'busy');
  }

  /** Frees what the connection holds; the client may come back. */
  #end({ socket }: Incoming, reason: 'unidentified' | 'busy'): void {
    this.#connections.delete(socket);
    const { code, meaning } = closeCodes[reason];
    socket.close(code, meaning);
    // Nothing more is read, and what was read of the message is dropped, once the close frame had time to leave.
    socket.pause();
    setTimeout(() => socket.terminate(), 100);
  }
}
