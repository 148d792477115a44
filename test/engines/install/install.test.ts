/** @file Installs the diffusers engine with the real uv from an index of fake wheels, and everything that can go wrong with it. */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { findEnvironment } from '../../../src/engines/diffusers/environment.js';
import {
  installDiffusers,
  readInstalled,
  removeDiffusers,
} from '../../../src/engines/diffusers/install/installation.js';
import { projectFile } from '../../../src/engines/diffusers/install/project.js';
import { type TorchBuild, torchBuildFor } from '../../../src/engines/diffusers/install/torch-build.js';
import { ensureUv, runUv } from '../../../src/engines/diffusers/install/uv.js';
import { packages } from '../../../src/engines/diffusers/packages.js';
import { mountSmallDisk } from '../../small-disk.js';
import { expectOneOfTwo, quiet, temporaryEngines } from '../wheels/engines-folder.js';
import type { PackageIndex } from '../wheels/package-index.js';
import { openDiffusersIndex } from './diffusers-index.js';

/** uv would bring a Python; here it is to take the one that is there. */
function hasPython(): boolean {
  try {
    const version = execFileSync('python3', ['-c', 'import sys; print(sys.version_info[:2] >= (3, 11))']);
    return process.platform === 'linux' && version.toString().trim() === 'True';
  } catch {
    return false;
  }
}

let index: PackageIndex;
let engines: string;
beforeEach(async () => {
  engines = temporaryEngines();
  index = await openDiffusersIndex();
  vi.stubEnv('UV_DEFAULT_INDEX', `${index.url}/simple`);
  vi.stubEnv('LORA_BRIDGE_TORCH_INDEX', `${index.url}/whl`);
  vi.stubEnv('LORA_BRIDGE_PYTHON', '');
  vi.stubEnv('UV_PYTHON_DOWNLOADS', 'never');
});
afterEach(() => {
  vi.unstubAllEnvs();
});

const install = (build: TorchBuild = 'cuda') => installDiffusers(build, quiet, engines);
const present = () => findEnvironment(engines, '');

describe.runIf(hasPython())('with the real uv', { timeout: 120_000 }, () => {
  test('makes a locked environment, reports what is in it, and removes it', async () => {
    expect(await present()).toMatchObject({ usable: false, installed: false });
    const lines: string[] = [];
    const made = await installDiffusers('cuda', { ...quiet, line: (line) => lines.push(line) }, engines);
    expect(made).toMatchObject({
      usable: true,
      cuda: '13.2',
      versions: { ...packages, torch: `${packages.torch}+cu132` },
    });
    expect(await present()).toEqual(made);
    expect(await readInstalled(engines)).toMatchObject({ build: 'cuda', packages });
    expect(lines.join('\n')).toMatch(/Resolved \d+ packages/);
    const lock = readFileSync(join(engines, 'diffusers', 'project', 'uv.lock'), 'utf8');
    for (const [name, version] of Object.entries(packages))
      expect(lock).toContain(`name = "${name}"\nversion = "${version}`);
    // Only torch comes from PyTorch's index, and from nowhere else.
    expect(index.requests.filter((path) => /^\/whl\/[^/]+\/[^/]+\/$/.test(path))).toEqual(['/whl/cu132/torch/']);
    expect(index.requests).not.toContain('/simple/torch/');

    await removeDiffusers(engines);
    expect(existsSync(join(engines, 'diffusers'))).toBe(false);
    expect(await present()).toMatchObject({ usable: false, installed: false });
  });

  test('a second build takes the place of the first, and nothing is fetched twice', async () => {
    await install('cpu');
    const before = index.requests.length;
    expect(await install('cuda')).toMatchObject({ usable: true, cuda: '13.2' });
    const again = index.requests.slice(before).filter((path) => path.includes('.whl'));
    expect(again.filter((path) => !path.startsWith('/whl/cu132/torch/'))).toEqual([]);
  });

  test.each([
    ['a module without its package', 'peft', 'peft is missing'],
    ['a package without its module', undefined, undefined],
  ])('an update repairs what is broken: %s', async (_, removed, says) => {
    await install();
    const sites = join(engines, 'diffusers', 'venv', 'lib');
    const site = join(sites, readdirSync(sites)[0] ?? '', 'site-packages');
    if (removed === undefined) rmSync(join(site, 'diffusers'), { recursive: true });
    else rmSync(join(site, `${removed}-${packages[removed]}.dist-info`), { recursive: true });
    if (says !== undefined)
      expect(await present()).toMatchObject({ usable: false, installed: true, reason: expect.stringContaining(says) });
    expect(await install()).toMatchObject({ usable: true });
    expect(existsSync(join(site, 'diffusers', '__init__.py'))).toBe(true);
  });

  test('another version is no match', async () => {
    await install();
    const sites = join(engines, 'diffusers', 'venv', 'lib');
    const site = join(sites, readdirSync(sites)[0] ?? '', 'site-packages');
    const metadata = join(site, `peft-${packages.peft}.dist-info`, 'METADATA');
    writeFileSync(metadata, readFileSync(metadata, 'utf8').replace(`Version: ${packages.peft}`, 'Version: 0.1'));
    expect(await present()).toMatchObject({ usable: false, reason: expect.stringContaining('has peft 0.1, not') });
  });

  test('two at once: one installs, the other says so', async () => {
    await expectOneOfTwo(install);
    expect(await present()).toMatchObject({ usable: true });
  });

  test('a killed installation leaves nothing that is taken for one, nor a lock, and is gone on with', async () => {
    const cli = fileURLToPath(new URL('../../../dist/cli/main.js', import.meta.url));
    const home = join(engines, '..');
    const child = spawn(process.execPath, [cli, 'engine', 'install', 'diffusers', '--torch', 'cuda'], {
      env: { ...process.env, LORA_BRIDGE_HOME: home },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const said = new Promise<void>((resolve) => {
      child.stderr.on('data', (data: Buffer) => {
        if (data.toString().includes('Resolved')) resolve();
      });
    });
    await said;
    child.kill('SIGKILL');
    await new Promise((resolve) => child.once('close', resolve));
    expect(await present()).toMatchObject({ usable: false, installed: false });
    const before = index.requests.length;
    expect(await install()).toMatchObject({ usable: true });
    expect(index.requests.slice(before).filter((path) => path.includes('/uv/'))).toEqual([]);
  });

  test.each<[string, TorchBuild, string, string | undefined]>([
    ['win32-x64', 'cuda', 'win_amd64', 'cu132'],
    ['win32-x64', 'cpu', 'win_amd64', 'cpu'],
    ['darwin-arm64', 'plain', 'macosx_11_0_arm64', undefined],
    ['linux-x64', 'cuda', 'manylinux_2_28_x86_64', 'cu132'],
    ['linux-x64', 'plain', 'manylinux_2_28_x86_64', undefined],
    ['linux-arm64', 'cpu', 'manylinux_2_28_aarch64', 'cpu'],
  ])('%s with torch for %s resolves to its own wheel', async (machine, build, platform, folder) => {
    const uv = await ensureUv(engines, () => {});
    writeFileSync(join(engines, 'pyproject.toml'), projectFile(machine, build));
    await runUv({ uv, project: engines, env: { UV_CACHE_DIR: join(engines, 'cache') } }, ['lock'], () => {});
    const lock = readFileSync(join(engines, 'uv.lock'), 'utf8');
    const version = folder === undefined ? packages.torch : `${packages.torch}+${folder}`;
    const section = lock.split('[[package]]').find((text) => text.startsWith('\nname = "torch"')) ?? '';
    expect(section).toContain(`version = "${version}"`);
    expect(section).toContain(`${index.url}${folder === undefined ? '/simple' : `/whl/${folder}`}`);
    expect([...section.matchAll(/py3-none-(\w+)\.whl/g)].map(([, found]) => found)).toEqual([platform]);
  });
});

describe('fetching uv', () => {
  const uv = () => ensureUv(engines, () => {});

  test('resumes where a connection was cut off', async () => {
    index.disturb('cut');
    const fetched = uv();
    await vi.waitUntil(() => index.requests.some((request) => request.includes('bytes=')), { timeout: 60_000 });
    index.disturb(undefined);
    await fetched;
    expect(index.requests.at(-1)).toMatch(/uv-.*\.whl bytes=[1-9]\d*-$/);
  });

  test('takes nothing but the pinned bytes', async () => {
    index.disturb('wrong');
    await expect(uv()).rejects.toMatchObject({
      code: 'resource.download.damaged',
      message: expect.stringContaining('does not match its checksum'),
    });
    expect(readdirSync(engines).filter((name) => name.includes('.whl'))).toEqual([]);
    index.disturb(undefined);
    await uv();
  });

  test('offline: says what could not be reached', async () => {
    index.close();
    await expect(install()).rejects.toMatchObject({
      code: 'resource.download.failed',
      message: expect.stringContaining(index.url),
      hint: expect.stringContaining('HTTPS_PROXY'),
    });
    expect(await present()).toMatchObject({ usable: false, installed: false });
  });
});

test('a disk without space for it is reported before anything is fetched', async ({ skip }) => {
  const why = mountSmallDisk(join(engines, '..', 'small'));
  if (why !== undefined) skip(why);
  const small = join(engines, '..', 'small', 'engines');
  await expect(installDiffusers('cuda', quiet, small)).rejects.toMatchObject({
    code: 'resource.disk.full',
    message: expect.stringMatching(/needs 9\.0 GB .* only 0\.0 GB is free/),
  });
  expect(index.requests).toEqual([]);
});

test('the build of torch follows the machine', () => {
  const rtx4090 = { name: 'RTX 4090', capability: 89 };
  expect(torchBuildFor('darwin', [])).toBe('plain');
  expect(torchBuildFor('linux', [])).toBe('cpu');
  expect(torchBuildFor('win32', [])).toBe('cpu');
  expect(torchBuildFor('win32', [{ ...rtx4090, driver: 581 }])).toBe('cuda');
  expect(() => torchBuildFor('linux', [{ ...rtx4090, driver: 550 }])).toThrow(
    expect.objectContaining({ code: 'resource.device.missing' }),
  );
});
