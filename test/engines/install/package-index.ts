/** @file A package index on this machine (PEP 691), with PyPI's packages under `/simple` and torch's builds under `/whl`. */
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { download, fetchFrom } from '../../../src/engines/diffusers/install/download.js';
import { uvWheels } from '../../../src/engines/diffusers/install/uv-wheels.js';
import { packages } from '../../../src/engines/diffusers/packages.js';
import { makeWheel, type Wheel } from './wheels.js';

const torchVersion = packages.torch ?? '';
const machines = ['manylinux_2_28_x86_64', 'manylinux_2_28_aarch64', 'macosx_11_0_arm64', 'win_amd64'];

/** A stand-in of torch for all machines, built as PyTorch's index folder `build` has it; PyPI's has no build in its version. */
function torch(build: string | undefined): Wheel[] {
  const cuda = build === undefined || build === 'cpu' ? 'None' : `'${build.slice(2, 4)}.${build.slice(4)}'`;
  const version = build === undefined ? torchVersion : `${torchVersion}+${build}`;
  const files = { 'version.py': `cuda: Optional[str] = ${cuda}\n` };
  return machines.map((platform) => makeWheel('torch', version, { platform, files }));
}

/** uv is no stand-in: it is fetched from PyPI once. */
async function realUv(): Promise<Wheel> {
  const wheel = uvWheels[`${process.platform}-${process.arch}`];
  if (wheel === undefined) throw new Error('uv has no wheel for this machine.');
  const file = fileURLToPath(new URL(`../../../.cache/uv/${wheel.file}`, import.meta.url));
  if (!existsSync(file)) {
    mkdirSync(dirname(file), { recursive: true });
    const page = await fetchFrom('https://pypi.org/simple/uv/', { Accept: 'application/vnd.pypi.simple.v1+json' });
    const { files } = (await page.json()) as { files: { filename: string; url: string }[] };
    const url = files.find(({ filename }) => filename === wheel.file)?.url ?? '';
    await download({ ...wheel, url }, file, () => {});
  }
  return { file: wheel.file, sha256: wheel.sha256, bytes: readFileSync(file) };
}

export interface PackageIndex {
  readonly url: string;
  /** Paths asked for, with `Range` behind them where it was given. */
  readonly requests: readonly string[];
  /** Changes how the next requests for files are answered. */
  disturb(how: 'cut' | 'wrong' | undefined): void;
  close(): void;
}

/** Serves until the test is over. */
export async function openPackageIndex(): Promise<PackageIndex> {
  const others = Object.entries(packages).filter(([name]) => name !== 'torch');
  const pages = new Map<string, Wheel[]>([
    ['/simple/uv/', [await realUv()]],
    ['/simple/torch/', torch(undefined)],
    ['/whl/cu132/torch/', torch('cu132')],
    ['/whl/cpu/torch/', torch('cpu')],
    ...others.map(([name, version]): [string, Wheel[]] => [
      `/simple/${name}/`,
      [makeWheel(name, version, name === 'pillow' ? { module: 'PIL' } : {})],
    ]),
  ]);
  const requests: string[] = [];
  let disturbance: 'cut' | 'wrong' | undefined;

  function answer(request: IncomingMessage, response: ServerResponse): void {
    const path = decodeURIComponent(request.url ?? '');
    const { range } = request.headers;
    requests.push(range === undefined ? path : `${path} ${range}`);
    // As PyPI says.
    response.setHeader('Cache-Control', 'max-age=600, public');
    const page = pages.get(path);
    if (page !== undefined) {
      const files = page.map(({ file, sha256 }) => ({
        filename: file,
        url: `${path}${encodeURIComponent(file)}`,
        hashes: { sha256 },
      }));
      response.setHeader('Content-Type', 'application/vnd.pypi.simple.v1+json');
      response.end(JSON.stringify({ meta: { 'api-version': '1.0' }, name: path.split('/').at(-2), files }));
      return;
    }
    const wheel = pages.get(`${dirname(path)}/`)?.find(({ file }) => file === path.split('/').at(-1));
    if (wheel === undefined) {
      response.writeHead(404).end();
      return;
    }
    sendFile(wheel.bytes, range, response);
  }

  function sendFile(whole: Buffer, range: string | undefined, response: ServerResponse): void {
    const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(range ?? '') ?? [];
    const first = Number(from ?? 0);
    const bytes = whole.subarray(first, to ? Number(to) + 1 : undefined);
    const headers = { 'Content-Length': bytes.length, 'Accept-Ranges': 'bytes' };
    const contentRange = { 'Content-Range': `bytes ${first}-${first + bytes.length - 1}/${whole.length}` };
    response.writeHead(from === undefined ? 200 : 206, from === undefined ? headers : { ...headers, ...contentRange });
    if (disturbance === 'wrong') response.end(Buffer.alloc(bytes.length));
    else if (disturbance === 'cut') response.write(bytes.subarray(0, bytes.length / 2), () => response.destroy());
    else response.end(bytes);
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
