/** @file What the daemon answers to plain HTTP: GET /status and GET /files/…, after the access check. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { asLoraBridgeError } from '../errors/lora-bridge-error.js';
import type { Store } from '../store/store.js';
import type { Refusal } from './access.js';
import { findFile, sendFile } from './file-handler.js';

export interface HttpHandler {
  readonly store: Store;
  authorize(request: IncomingMessage): Refusal | undefined;
  /** Content of GET /status. */
  status(): Promise<object>;
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  const text = `${JSON.stringify(body)}\n`;
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
    ...(status === 401 ? { 'www-authenticate': 'Bearer' } : {}),
  });
  response.end(text);
}

/** Answers with what went wrong; cuts off an answer that has been begun, so that nobody takes it for whole. */
export function sendError(response: ServerResponse, error: unknown): void {
  if (response.headersSent) response.destroy();
  else sendJson(response, 500, { error: asLoraBridgeError(error).toReport() });
}

export async function answerHttp(
  handler: HttpHandler,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const refusal = handler.authorize(request);
  if (refusal !== undefined) return sendJson(response, refusal.status, { message: refusal.message });
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return sendJson(response, 405, { message: 'Only GET and HEAD are supported.' });
  }
  // Not `new URL`, which would resolve `..` before it can be checked.
  const pathname = (request.url ?? '/').split('?', 1)[0] ?? '/';
  if (pathname === '/status') return sendJson(response, 200, await handler.status());
  const file = pathname.startsWith('/files/') ? await findFile(handler.store, pathname) : undefined;
  if (file === undefined) return sendJson(response, 404, { message: 'Not found.' });
  await sendFile(request, response, file);
}
