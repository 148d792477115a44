/** @file The socket on 127.0.0.1: HTTP and WebSocket on one port, every request checked before anything else. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { limits } from '../protocol/version.js';
import type { Store } from '../store/store.js';
import { authorize, type Refusal } from './access.js';
import { answerHttp, sendError } from './http-handler.js';
import { IncompleteMessages } from './incomplete-messages.js';

export interface ServerOptions {
  readonly store: Store;
  readonly token: string;
  /** Content of GET /status. */
  readonly status: () => Promise<object>;
  /** `identified` is to be called once the client has identified itself: before that, it may send little. */
  readonly onConnection: (socket: WebSocket, identified: () => void) => void;
}

export interface Server {
  readonly port: number;
  /** Accepts no more connections, and ends those that are open. */
  close(): Promise<void>;
}

function refuseUpgrade(socket: Duplex, status: number, message: string): void {
  const head = `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Type: text/plain\r\n`;
  socket.end(`${head}Content-Length: ${Buffer.byteLength(message)}\r\n\r\n${message}`);
}

/** Listens on a free port. */
export async function listen({ store, token, status, onConnection }: ServerOptions): Promise<Server> {
  let port = 0;
  const check = (request: IncomingMessage): Refusal | undefined => authorize(request, port, token);
  const incomplete = new IncompleteMessages();
  const http = createServer((request, response) => {
    answerHttp({ store, status, authorize: check }, request, response).catch((error) => sendError(response, error));
  });
  const sockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: limits.frameBytes,
  });
  http.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy());
    const refusal = check(request);
    if (refusal !== undefined) refuseUpgrade(socket, refusal.status, refusal.message);
    else if (request.url !== '/socket') refuseUpgrade(socket, 404, 'The WebSocket is at /socket.');
    else {
      sockets.handleUpgrade(request, socket, head, (connection) => {
        incomplete.track(connection, socket);
        onConnection(connection, () => incomplete.identified(connection));
      });
    }
  });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  const address = http.address();
  if (address === null || typeof address === 'string') throw new TypeError('A TCP server has a port.');
  port = address.port;
  return {
    port,
    async close(): Promise<void> {
      const closed = once(http, 'close');
      http.close();
      for (const socket of sockets.clients) socket.terminate();
      http.closeAllConnections();
      await closed;
    },
  };
}
