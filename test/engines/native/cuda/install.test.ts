/** @file Installs CUDA from an index of fake wheels, and everything that can go wrong with it. */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { type CudaVersion, cudaMachine } from '../../../../src/engines/native/cuda/cuda-version.js';
import { installCuda, removeCuda } from '../../../../src/engines/native/cuda/install.js';
import { findCudaInstallation, findCudaRuntime } from '../../../../src/engines/native/cuda/runtime-folder.js';
import { mountSmallDisk } from '../../../small-disk.js';
import { expectOneOfTwo, quiet, temporaryEngines } from '../../wheels/engines-folder.js';
import type { FakeWheel } from '../../wheels/fake-wheel.js';
import { openPackageIndex, type PackageIndex } from '../../wheels/package-index.js';
import { contentOf, fakePages, fakes, type lockedWheels } from './fakes.js';

vi.mock('../../../../src/engines/native/cuda/locked-wheels.js', async () => {
  const { lockedWheels } = await import('./fakes.js');
  return { lockedWheels };
});

let pages: Map<string, FakeWheel[]>;
let index: PackageIndex;
let engines: string;
beforeEach(async () => {
  engines = temporaryEngines();
  pages = fakePages();
  index = await openPackageIndex(pages);
  vi.stubEnv('UV_DEFAULT_INDEX', `${index.url}/simple/`);
});
afterEach(() => {
  vi.unstubAllEnvs();
});

const install = (cuda: CudaVersion = '13') => installCuda(cuda, quiet, engines);
const found = () => findCudaInstallation(engines);
const wheelRequests = () => index.requests.filter((request) => request.includes('.whl'));
const folder = () => readdirSync(join(engines, 'cuda')).sort();

describe.skipIf(cudaMachine() === undefined)('installing CUDA', () => {
  test('installs the libraries and nothing else, reports their paths and the order in which they load', async () => {
    expect(await found()).toEqual({ state: 'absent' });
    const progress: [number, number][] = [];
    const runtime = await installCuda('13', { ...quiet, progress: (...now) => progress.push(now) }, engines);
    expect(await found()).toEqual({ state: 'complete', runtime });
    expect(runtime).toMatchObject({ cuda: '13', version: '1.30.0' });
    expect(basename(runtime.library)).toBe('libonnxruntime.so.1.30.0');
    expect(runtime.preload.map((file) => basename(file))).toEqual([
      'libcublasLt.so.13',
      'libcublas.so.13',
      'libcudnn.so.9',
    ]);
    for (const { locked } of fakes['13']) {
      const place = join(engines, 'cuda', `${locked.distribution}-${locked.version}`);
      expect(readdirSync(place).sort()).toEqual(
        Object.keys(locked.libraries)
          .map((name) => basename(name))
          .sort(),
      );
      for (const name of Object.keys(locked.libraries))
        expect(readFileSync(join(place, basename(name)), 'utf8')).toBe(contentOf(name, '13'));
    }
    expect(folder()).toEqual([
      'installed.json',
      'nvidia-cublas-13.1.0.3',
      'nvidia-cudnn-cu13-9.19.0.56',
      'onnxruntime-gpu-1.30.0',
    ]);
    const total = fakes['13'].reduce((sum, { locked }) => sum + locked.bytes, 0);
    expect(progress.at(-1)).toEqual([total, total]);
    expect(progress.map(([done]) => done)).toEqual(progress.map(([done]) => done).sort((a, b) => a - b));

    await removeCuda(engines);
    expect(existsSync(join(engines, 'cuda'))).toBe(false);
    expect(await found()).toEqual({ state: 'absent' });
  });

  test('fetches nothing twice, and repairs what is missing', async () => {
    const { preload } = await install();
    const before = wheelRequests().length;
    await install();
    expect(wheelRequests()).toHaveLength(before);

    const [, , cudnn = ''] = preload;
    writeFileSync(cudnn, 'cut short');
    expect(await found()).toEqual({ state: 'broken', cuda: '13', reason: expect.stringContaining(cudnn) });
    expect(await findCudaRuntime(engines)).toBeUndefined();
    await install();
    expect(await found()).toMatchObject({ state: 'complete' });
    expect(wheelRequests().slice(before)).toEqual([expect.stringContaining('nvidia-cudnn-cu13')]);
  });

  test('another version takes the place of the first', async () => {
    await install('12');
    expect(await install('13')).toMatchObject({ cuda: '13' });
    expect(folder().filter((name) => /12|1\.26/.test(name))).toEqual([]);
  });

  test('resumes where a connection was cut off', async () => {
    index.disturb('cut');
    const installing = install();
    await vi.waitUntil(() => index.requests.some((request) => request.includes('bytes=')), { timeout: 60_000 });
    index.disturb(undefined);
    expect(await installing).toMatchObject({ cuda: '13' });
  });

  test('takes nothing but the locked bytes', async () => {
    index.disturb('wrong');
    await expect(install()).rejects.toMatchObject({
      code: 'resource.download.damaged',
      message: expect.stringContaining('does not match its checksum'),
    });
    expect(folder()).toEqual([]);
    expect(await found()).toEqual({ state: 'absent' });
    index.disturb(undefined);
    await install();
  });

  test('follows a redirect', async () => {
    index.disturb('moved');
    await install();
    expect(wheelRequests().filter((request) => request.startsWith('/moved/'))).toHaveLength(3);
  });

  test('names what an index does not have', async () => {
    index.disturb('left out');
    await expect(install()).rejects.toMatchObject({
      code: 'resource.download.failed',
      message: expect.stringMatching(/\/simple\/nvidia-cublas\/ does not offer nvidia-cublas-13\.1\.0\.3-.*\.whl/),
      hint: expect.stringContaining('UV_DEFAULT_INDEX'),
    });
    pages.delete('/simple/nvidia-cublas/');
    await expect(install()).rejects.toMatchObject({ message: expect.stringContaining('answered 404') });
  });

  test('reads pages in HTML, and signs in to a mirror that requires it', async () => {
    const mirror = await openPackageIndex(pages, { html: true, access: 'me@work:p/w' });
    vi.stubEnv('UV_DEFAULT_INDEX', `${mirror.url}/simple`);
    await expect(install()).rejects.toMatchObject({ message: expect.stringContaining('answered 401') });
    vi.stubEnv('UV_DEFAULT_INDEX', mirror.url.replace('://', '://me%40work:p%2Fw@').concat('/simple'));
    await install();
  });

  test('offline: says what could not be reached', async () => {
    index.close();
    await expect(install()).rejects.toMatchObject({
      code: 'resource.download.failed',
      message: expect.stringContaining(index.url),
    });
    expect(await found()).toEqual({ state: 'absent' });
  });

  test('a library of another size than the table says is not unpacked', async () => {
    const [cublas] = fakes['13'];
    const libraries = cublas?.locked.libraries as Record<string, number>;
    const name = 'nvidia/cu13/lib/libcublas.so.13';
    const right = libraries[name] ?? 0;
    onTestFinished(() => {
      libraries[name] = right;
    });
    libraries[name] = right - 1;
    await expect(install()).rejects.toMatchObject({
      code: 'resource.download.damaged',
      message: expect.stringContaining(`holds ${name} with ${right} bytes`),
    });
    expect(folder()).toEqual([]);
  });

  test('two at once: one installs, the other says so', async () => {
    await expectOneOfTwo(install);
    expect(await found()).toMatchObject({ state: 'complete' });
  });

  test('a disk without space for it is reported before anything is fetched', async ({ skip }) => {
    const disk = join(engines, '..', 'small');
    const why = mountSmallDisk(disk);
    if (why !== undefined) skip(why);
    fill(disk, 4096);
    await expect(installCuda('13', quiet, join(disk, 'engines'))).rejects.toMatchObject({
      code: 'resource.disk.full',
      message: expect.stringMatching(/CUDA 13 needs .* GB of space/),
    });
    expect(index.requests).toEqual([]);
  });

  test('a disk that others fill meanwhile: says so, and continues once there is space', async ({ skip }) => {
    const disk = join(engines, '..', 'small');
    const why = mountSmallDisk(disk);
    if (why !== undefined) skip(why);
    const small = join(disk, 'engines');
    const filler = { ...quiet, line: () => fill(disk, 0) };
    await expect(installCuda('13', filler, small)).rejects.toMatchObject({ code: 'resource.disk.full' });
    expect(await findCudaInstallation(small)).toEqual({ state: 'absent' });
    rmSync(join(disk, 'filler'));
    expect(await installCuda('13', quiet, small)).toMatchObject({ cuda: '13' });
  });

  test('a killed installation leaves nothing that is taken for one, nor a lock', async () => {
    const { lockedWheels: real } = await vi.importActual<{ lockedWheels: typeof lockedWheels }>(
      '../../../../src/engines/native/cuda/locked-wheels.js',
    );
    // The command knows the true table: the index has a file of its first name, and falls silent half-way.
    const [first] = real['13']?.[cudaMachine() ?? ''] ?? [];
    const { distribution = '', file = '' } = first ?? {};
    pages.set(`/simple/${distribution}/`, [{ file, sha256: '', bytes: Buffer.alloc(100_000) }]);
    index.disturb('silent');
    const cli = fileURLToPath(new URL('../../../../dist/cli/main.js', import.meta.url));
    const child = spawn(process.execPath, [cli, 'engine', 'install', 'cuda', '--cuda', '13'], {
      env: { ...process.env, LORA_BRIDGE_HOME: join(engines, '..') },
      stdio: 'ignore',
    });
    const incomplete = join(engines, 'cuda', `${file}.incomplete`);
    await vi.waitUntil(() => existsSync(incomplete) && readFileSync(incomplete).length === 50_000, { timeout: 30_000 });
    child.kill('SIGKILL');
    await new Promise((resolve) => child.once('close', resolve));
    expect(await found()).toEqual({ state: 'absent' });
    index.disturb(undefined);
    expect(await install()).toMatchObject({ cuda: '13' });
    expect(existsSync(incomplete)).toBe(false);
  }, 60_000);
});

/** Fills a disk up to its last `spare` bytes. */
function fill(disk: string, spare: number): void {
  mkdirSync(disk, { recursive: true });
  const { bavail, bsize } = statfsSync(disk);
  writeFileSync(join(disk, 'filler'), Buffer.alloc(Math.max(0, bavail * bsize - spare)), { flag: 'a' });
}
