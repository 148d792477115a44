/** @file Access control: the same check before every request and every upgrade. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

export interface Refusal {
  readonly status: 401 | 403;
  readonly message: string;
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/**
 * Undefined when the request is allowed. The host stops a web page whose name resolves to 127.0.0.1 (DNS rebinding), the origin
 * stops pages from elsewhere, the token stops other users of the machine.
 */
export function authorize(request: IncomingMessage, port: number, token: string): Refusal | undefined {
  const hosts = [`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`];
  const { host, origin, authorization } = request.headers;
  if (host === undefined || !hosts.includes(host.toLowerCase())) {
    return { status: 403, message: 'The Host header does not name this daemon.' };
  }
  if (origin !== undefined && !hosts.some((own) => origin.toLowerCase() === `http://${own}`)) {
    return { status: 403, message: 'The Origin header does not name this daemon.' };
  }
  // Hashes have equal lengths, so that the comparison takes the same time for every wrong token.
  // RFC 9110, 11.1: the name of the scheme is the same in any case.
  const given = /^bearer +(.*)$/i.exec(authorization ?? '')?.[1] ?? '';
  if (!timingSafeEqual(digest(given), digest(token))) {
    return { status: 401, message: 'The token from the descriptor file is missing or wrong.' };
  }
  return undefined;
}
