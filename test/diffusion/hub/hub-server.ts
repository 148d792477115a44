/** @file A small Hugging Face hub: a real HTTP server with the endpoints that downloads use, which can misbehave. */
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Repository {
  readonly commit: string;
  /** By path. Files of at least 1000 bytes are stored by their SHA-256, as large files are on the hub. */
  readonly files: Readonly<Record<string, Buffer>>;
}

/** How to fail a request; undefined to answer it. */
export type Mischief = (request: IncomingMessage, response: ServerResponse) => boolean;

const largeFrom = 1000;
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** The name that git gives the contents of a file. */
export const gitName = (bytes: Buffer): string =>
  createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');

export const checksumOf = (bytes: Buffer): string => (bytes.length < largeFrom ? gitName(bytes) : sha256(bytes));

export class HubServer {
  readonly requests: {
    readonly path: string;
    readonly range: string | undefined;
    readonly token: string | undefined;
  }[] = [];
  mischief: Mischief = () => false;
  readonly #server;

  constructor(repositories: Readonly<Record<string, Repository>>) {
    this.#server = createServer((request, response) => {
      const path = decodeURIComponent(new URL(request.url ?? '', 'http://hub').pathname);
      const { range, authorization: token } = request.headers;
      this.requests.push({ path, range, token });
      if (!this.mischief(request, response)) answer(repositories, path, request, response);
    });
  }

  /** Starts listening and returns the address. */
  async open(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

function answer(
  repositories: Readonly<Record<string, Repository>>,
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const [, name = '', rest = ''] = /^(?:\/api\/models)?\/([^/]+\/[^/]+)\/(.+)$/.exec(path) ?? [];
  const repository = repositories[name];
  const bytes = repository?.files[rest.replace(/^resolve\/[^/]+\//, '')];
  if (repository === undefined) refuse(response, 401, 'RepoNotFound');
  else if (rest.startsWith('revision/')) json(response, { _id: '1', id: name, sha: repository.commit, private: false });
  else if (rest.startsWith('tree/')) json(response, Object.entries(repository.files).map(listed));
  else if (bytes === undefined) refuse(response, 404, 'EntryNotFound');
  else {
    const begin = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
    response.writeHead(begin > 0 ? 206 : 200, { 'Content-Length': bytes.length - begin });
    response.end(bytes.subarray(begin));
  }
}

function listed([path, bytes]: [string, Buffer]): object {
  const lfs = { oid: sha256(bytes), size: bytes.length, pointerSize: 134 };
  return { type: 'file', path, size: bytes.length, oid: gitName(bytes), ...(bytes.length < largeFrom ? {} : { lfs }) };
}

function json(response: ServerResponse, value: unknown): void {
  response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(value));
}

/** Rejects a request as the hub does. */
export function refuse(response: ServerResponse, status: number, code: string): void {
  response.writeHead(status, { 'X-Error-Code': code, 'Content-Type': 'application/json' });
  response.end(JSON.stringify({ error: 'no' }));
}
