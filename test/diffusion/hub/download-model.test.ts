/** @file Downloads from a local server that acts as the hub: what arrives, where it is stored, and what happens when something fails. */
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, readlink, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { downloadModel } from '../../../src/diffusion/hub/download-model.js';
import { parseHubId } from '../../../src/diffusion/hub/hub-id.js';
import { openModel } from '../../../src/diffusion/model/open-model.js';
import { checksumOf, HubServer, refuse } from './hub-server.js';

const goldens = fileURLToPath(new URL('../../goldens/', import.meta.url));

async function filesOf(folder: string): Promise<Record<string, Buffer>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(
    await Promise.all(
      paths.map(async (path) => [relative(folder, path).replaceAll('\\', '/'), await readFile(path)] as const),
    ),
  );
}

const commit = '0123456789abcdef0123456789abcdef01234567';
const sd2 = await filesOf(`${goldens}families/sd2`);
const sdxl = await filesOf(`${goldens}families/sdxl`);
const checkpoint = gunzipSync(await readFile(`${goldens}single-files/sd1.safetensors.gz`));
const big = randomBytes(3_000_000);
const repositories = {
  'someone/sharded': { commit, files: { ...sd2, 'README.md': Buffer.from('text'), 'unet/old.bin': randomBytes(2000) } },
  'someone/variants': {
    commit,
    files: { ...sdxl, 'unet/diffusion_pytorch_model.safetensors': big, 'all.safetensors': big },
  },
  'someone/single': { commit, files: { 'Model v1.safetensors': checkpoint, 'README.md': Buffer.from('text') } },
  'someone/several': { commit, files: { 'a.safetensors': checkpoint, 'b.safetensors': big } },
};

let cache: string;
let hub: HubServer;

beforeEach(async () => {
  cache = await mkdtemp(join(tmpdir(), 'hub-cache-'));
  hub = new HubServer(repositories);
  vi.stubEnv('HF_ENDPOINT', await hub.open());
  vi.stubEnv('HF_HUB_CACHE', cache);
  vi.stubEnv('HF_HOME', cache);
  vi.stubEnv('HF_TOKEN', '');
  vi.stubEnv('HF_HUB_OFFLINE', '');
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await hub.close();
  await rm(cache, { recursive: true });
});

/** Not `toEqual`, which compares millions of bytes one by one. */
async function expectBytes(file: string, bytes: Buffer): Promise<void> {
  expect((await readFile(file)).equals(bytes)).toBe(true);
}

const idOf = (text: string) => parseHubId(text) ?? { repository: '', file: undefined };
const download = (text: string, options = {}) => downloadModel(idOf(text), options);
const downloads = () => hub.requests.filter(({ path }) => path.includes('/resolve/'));

describe('a model', () => {
  it('is stored as by Python: blobs by checksum, links in a snapshot, a ref', async () => {
    const folder = await download('someone/sharded');
    const repository = join(cache, 'models--someone--sharded');
    expect(folder).toBe(join(repository, 'snapshots', commit));
    expect(await readFile(join(repository, 'refs', 'main'), 'utf8')).toBe(commit);
    for (const path of ['model_index.json', 'unet/diffusion_pytorch_model-00002-of-00003.safetensors']) {
      const bytes = sd2[path] ?? Buffer.alloc(0);
      const blob = join(repository, 'blobs', checksumOf(bytes));
      await expectBytes(blob, bytes);
      await expectBytes(join(folder, path), bytes);
      if (process.platform !== 'win32')
        expect(await readlink(join(folder, path))).toBe(relative(dirname(join(folder, path)), blob));
    }
  });

  it('can be opened by its id, shards and all; without what it does not need', async () => {
    const folder = await download('someone/sharded');
    const model = await openModel('someone/sharded');
    expect([model.name, model.path, model.family.name]).toEqual(['someone/sharded', folder, 'sd2']);
    expect((await openModel(folder)).name).toBe('someone/sharded');
    const paths = downloads().map(({ path }) => path.replace(/.*\/resolve\/[^/]+\//, ''));
    expect(paths).toContain('unet/diffusion_pytorch_model-00003-of-00003.safetensors');
    expect(paths.filter((path) => /README|\.bin$/.test(path))).toEqual([]);
  });

  it('comes with one copy of its weights: the one that diffusers takes, or the requested one', async () => {
    await download('someone/variants', { variant: 'fp16' });
    const unet = (path: string) => path.includes('/unet/diffusion');
    expect(
      downloads()
        .map(({ path }) => path)
        .filter(unet),
    ).toEqual([`/someone/variants/resolve/${commit}/unet/diffusion_pytorch_model.fp16.safetensors`]);
    expect((await openModel('someone/variants')).family.name).toBe('sdxl');
    await download('someone/variants');
    expect(
      downloads()
        .map(({ path }) => path)
        .filter(unet)[1],
    ).toMatch(/model\.safetensors$/);
  });

  it('may be a single file', async () => {
    const file = await download('someone/single');
    await expectBytes(file, checkpoint);
    const model = await openModel('someone/single');
    expect([model.layout, model.family.name, model.path]).toEqual(['single file', 'sd1', file]);
    await expect(download('someone/several')).rejects.toMatchObject({
      code: 'input.model.unsupported',
      hint: expect.stringContaining('a.safetensors, b.safetensors'),
    });
    await expectBytes(await download('someone/several/a.safetensors'), checkpoint);
  });

  it('is not downloaded twice', async () => {
    await download('someone/sharded');
    const before = downloads().length;
    await download('someone/sharded');
    expect(downloads().length).toBe(before);
  });
});

describe('an interrupted download', () => {
  const cutAfter = (bytes: number, times: number) => {
    let left = times;
    hub.mischief = (request, response) => {
      if (!request.url?.endsWith('/b.safetensors') || left === 0) return false;
      left -= 1;
      const begin = Number(/\d+/.exec(request.headers.range ?? '0')?.[0]);
      response.writeHead(begin > 0 ? 206 : 200, { 'Content-Length': big.length - begin });
      response.write(big.subarray(begin, begin + bytes), () => response.destroy());
      return true;
    };
  };

  it('resumes where it stopped, and counts the bytes on disk', async () => {
    cutAfter(1_000_000, 2);
    const reported: number[] = [];
    const onProgress = (bytes: number) => reported.push(bytes);
    await expectBytes(await download('someone/several/b.safetensors', { onProgress }), big);
    const ranges = downloads().map(({ range }) => range);
    expect(ranges.length).toBe(3);
    expect(ranges[0]).toBeUndefined();
    for (const range of ranges.slice(1)) expect(Number(/\d+/.exec(range ?? '')?.[0])).toBeGreaterThan(0);
    expect(reported).toEqual(reported.toSorted((a, b) => a - b));
    expect(reported.at(-1)).toBe(big.length);
  });

  it('resumes in another process, from the bytes that are on disk', async () => {
    const blobs = join(cache, 'models--someone--several', 'blobs');
    await mkdir(blobs, { recursive: true });
    await writeFile(join(blobs, `${checksumOf(big)}.incomplete`), big.subarray(0, 1_234_567));
    await expectBytes(await download('someone/several/b.safetensors'), big);
    expect(downloads().map(({ range }) => range)).toEqual(['bytes=1234567-']);
  });

  it('starts again with a server without range requests', async () => {
    const blobs = join(cache, 'models--someone--several', 'blobs');
    await mkdir(blobs, { recursive: true });
    await writeFile(join(blobs, `${checksumOf(big)}.incomplete`), randomBytes(1000));
    hub.mischief = (request, response) => {
      if (!request.url?.endsWith('/b.safetensors')) return false;
      response.writeHead(200, { 'Content-Length': big.length }).end(big);
      return true;
    };
    await expectBytes(await download('someone/several/b.safetensors'), big);
  });

  it('fails as retryable when attempts make no progress', async () => {
    cutAfter(0, 100);
    await expect(download('someone/several/b.safetensors')).rejects.toMatchObject({ code: 'resource.download.failed' });
  });
});

describe('failures are named', () => {
  it('bytes with the wrong checksum are discarded', async () => {
    hub.mischief = (request, response) => {
      if (!request.url?.endsWith('/b.safetensors')) return false;
      response.writeHead(200).end(Buffer.concat([big.subarray(0, -1), Buffer.from([(big.at(-1) ?? 0) ^ 1])]));
      return true;
    };
    await expect(download('someone/several/b.safetensors')).rejects.toMatchObject({
      code: 'resource.download.damaged',
    });
    expect(await readdir(join(cache, 'models--someone--several', 'blobs'))).toEqual([]);
    await expect(openModel('someone/several')).rejects.toMatchObject({ code: 'input.model.missing' });
  });

  it('a model that was removed, with its successor', async () => {
    await expect(download('runwayml/stable-diffusion-v1-5')).rejects.toMatchObject({
      code: 'input.model.gone',
      hint: expect.stringMatching(/stable-diffusion-v1-5\/stable-diffusion-v1-5.*\.safetensors file that you have/),
    });
    await expect(download('someone/unheard-of')).rejects.toMatchObject({ code: 'input.model.gone' });
  });

  it.each([
    [401, 'GatedRepo'],
    [403, 'GatedRepo'],
  ])('a gated model: %i', async (status, code) => {
    hub.mischief = (request, response) => {
      if (!request.url?.includes('/resolve/')) return false;
      refuse(response, status, code);
      return true;
    };
    await expect(download('someone/sharded')).rejects.toMatchObject({
      code: 'input.model.denied',
      hint: expect.stringMatching(/someone\/sharded.*HF_TOKEN/),
    });
  });

  it('a token is sent where there is one, and only then', async () => {
    await download('someone/single');
    expect(hub.requests.every(({ token }) => token === undefined)).toBe(true);
    vi.stubEnv('HF_TOKEN', 'hf_secret');
    await download('someone/several/a.safetensors');
    const own = hub.requests.filter(({ path }) => path.includes('someone/several'));
    expect(own.map(({ token }) => token)).toEqual(own.map(() => 'Bearer hf_secret'));
  });

  it('offline mode sends no requests, and opens cached models', async () => {
    await download('someone/single');
    const before = hub.requests.length;
    vi.stubEnv('HF_HUB_OFFLINE', '1');
    await expect(download('someone/sharded')).rejects.toMatchObject({ code: 'resource.hub.offline' });
    expect((await openModel('someone/single')).family.name).toBe('sd1');
    expect(hub.requests.length).toBe(before);
  });

  it('a hub that does not answer', async () => {
    await hub.close();
    await expect(download('someone/single')).rejects.toMatchObject({ code: 'resource.download.failed' });
  });

  it('a response that is not from a hub', async () => {
    hub.mischief = (_, response) => {
      response.writeHead(200, { 'Content-Type': 'text/html' }).end("<html>log in to the hotel's network</html>");
      return true;
    };
    await expect(download('someone/single')).rejects.toMatchObject({ code: 'resource.download.failed' });
  });

  it('paths outside the cache', async () => {
    const hostile = new HubServer({ 'bad/one': { commit, files: { '../../evil.safetensors': big } } });
    vi.stubEnv('HF_ENDPOINT', await hostile.open());
    await expect(download('bad/one')).rejects.toMatchObject({ code: 'resource.download.failed' });
    await hostile.close();
  });
});

it.each(['pocket', '/models/some/model', 'a/b/c', './a/b', '..', '../x', 'a/b/../c.safetensors', 'C:\\a\\b'])(
  '%s is no id on the hub',
  (text) => expect(parseHubId(text)).toBeUndefined(),
);
