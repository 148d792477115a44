/** @file A package index on this machine (PEP 691, or PEP 503 where asked for), whose answers can be disturbed. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname } from 'node:path';
import { onTestFinished } from 'vitest';
import type { FakeWheel } from './fake-wheel.js';

/**
 * How files are answered: the connection breaks off half-way, or falls silent there; the bytes are wrong; another path has them; or
 * files are left out of the pages.
 */
export type Disturbance = 'cut' | 'silent' | 'wrong' | 'moved' | 'left out';

export interface PackageIndex {
  readonly url: string;
  /** Paths asked for, with `Range` behind them where it was given. */
  readonly requests: readonly string[];
  /** Changes how the next requests are answered. */
  disturb(how: Disturbance | undefined): void;
  close(): void;
}

export interface IndexOptions {
  /** Pages are HTML, as from mirrors that know no other. */
  readonly html?: boolean;
  /** `NAME:PASSWORD` that every request has to send. */
  readonly access?: string;
}

/** Serves wheels by the path of their page until the test is over. */
export async function openPackageIndex(
  pages: ReadonlyMap<string, readonly FakeWheel[]>,
  { html = false, access }: IndexOptions = {},
): Promise<PackageIndex> {
  const requests: string[] = [];
  let disturbance: Disturbance | undefined;

  function answer(request: IncomingMessage, response: ServerResponse): void {
    const path = decodeURIComponent(request.url ?? '');
    const { range, authorization } = request.headers;
    requests.push(range === undefined ? path : `${path} ${range}`);
    if (access !== undefined && authorization !== `Basic ${Buffer.from(access).toString('base64')}`) {
      response.writeHead(401).end();
      return;
    }
    // As PyPI says.
    response.setHeader('Cache-Control', 'max-age=600, public');
    const page = pages.get(path);
    if (page !== undefined) {
      sendPage(path, disturbance === 'left out' ? [] : page, response);
      return;
    }
    const original = path.replace(/^\/moved/, '');
    const wheel = pages.get(`${dirname(original)}/`)?.find(({ file }) => file === original.split('/').at(-1));
    if (wheel === undefined) response.writeHead(404).end();
    else if (disturbance === 'moved' && original === path) response.writeHead(302, { Location: `/moved${path}` }).end();
    else sendFile(wheel.bytes, range, response);
  }

  function sendPage(path: string, page: readonly FakeWheel[], response: ServerResponse): void {
    const files = page.map(({ file, sha256 }) => ({
      filename: file,
      url: `${path}${encodeURIComponent(file)}`,
      hashes: { sha256 },
    }));
    if (html) {
      const links = files.map(
        ({ filename, url, hashes }) => `<a href="${url}#sha256=${hashes.sha256}">${filename}</a>`,
      );
      response.setHeader('Content-Type', 'text/html');
      response.end(`<!DOCTYPE html><html><body>${links.join('<br>')}</body></html>`);
    } else {
      response.setHeader('Content-Type', 'application/vnd.pypi.simple.v1+json');
      response.end(JSON.stringify({ meta: { 'api-version': '1.0' }, name: path.split('/').at(-2), files }));
    }
  }

  function sendFile(whole: Buffer, range: string | undefined, response: ServerResponse): void {
    const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(range ?? '') ?? [];
    const first = Number(from ?? 0);
    const bytes = whole.subarray(first, to ? Number(to) + 1 : undefined);
    const headers = { 'Content-Length': bytes.length, 'Accept-Ranges': 'bytes' };
    const contentRange = { 'Content-Range': `bytes ${first}-${first + bytes.length - 1}/${whole.length}` };
    response.writeHead(from === undefined ? 200 : 206, from === undefined ? headers : { ...headers, ...contentRange });
    if (disturbance === 'wrong') response.end(Buffer.alloc(bytes.length));
    else if (disturbance === 'silent') response.write(bytes.subarray(0, bytes.length / 2));
    else if (disturbance === 'cut') {
      response.write(bytes.subarray(0, bytes.length / 2));
      // Bytes still in the socket would be lost with it.
      setTimeout(() => response.destroy(), 100);
    } else response.end(bytes);
  }

  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = (): void => {
    server.closeAllConnections();
    server.close();
  };
  onTestFinished(close);
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    disturb(how) {
      disturbance = how;
    },
    close,
  };
}
