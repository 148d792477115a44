/** @file The whole kit, as on a GPU machine: packed, unpacked into an empty folder, run with nothing but the packed Node on the PATH. */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { checks } from '../../../scripts/verify/gpu/checks.js';
import { type Report, report } from '../../../scripts/verify/gpu/report.js';
import { openSafetensors } from '../../../src/safetensors/header.js';
import { tensorEntry } from '../../../src/safetensors/read.js';

vi.setConfig({ testTimeout: 1_800_000, hookTimeout: 900_000 });

const root = fileURLToPath(new URL('../../../', import.meta.url));
let folder: string;
let kit: string;

/** A folder with Python and the shell, but no Node. */
function bareTools(): string {
  const tools = join(folder, 'tools');
  mkdirSync(tools);
  const python = execFileSync('python3', ['-c', 'import sys; print(sys.executable)'], { encoding: 'utf8' }).trim();
  const found = { python3: python, bash: '/bin/bash', env: '/usr/bin/env', dirname: '/usr/bin/dirname' };
  for (const [name, program] of Object.entries(found))
    writeFileSync(join(tools, name), `#!/bin/sh\nexec ${program} "$@"\n`, { mode: 0o755 });
  return tools;
}
let env: NodeJS.ProcessEnv;

const argumentsFor = (out: string, ...args: readonly string[]): string[] => [
  // A busy machine may be slower than the limits allow.
  ...['--device', 'cpu', '--size', 'tiny', '--minutes', '30', '--limit', '900', '--work', join(folder, 'work')],
  ...['--out', join(folder, out), ...args],
];

function run(out: string, ...args: readonly string[]): { status: number | null; output: string; found: Report } {
  const { status, stdout, stderr } = spawnSync(join(kit, 'run'), argumentsFor(out, ...args), {
    cwd: folder,
    env,
    encoding: 'utf8',
  });
  return { status, output: stdout + stderr, found: readReport(out) };
}

/** Processes that run something of the kit. */
const processesOfKit = (): string[] =>
  readdirSync('/proc').filter((name) => {
    try {
      return readFileSync(`/proc/${name}/cmdline`, 'latin1').includes(kit);
    } catch {
      return false;
    }
  });

const readReport = (out: string): Report =>
  report.parse(JSON.parse(readFileSync(join(folder, out, 'report.json'), 'utf8')));

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lora-bridge-gpu-kit-'));
  env = { PATH: bareTools(), HOME: folder };
  const pieces = join(folder, 'pieces');
  const pack = [
    join(root, 'scripts/verify/gpu/pack.ts'),
    '--no-provider',
    '--no-python',
    '--level',
    '0',
    '--out',
    pieces,
  ];
  execFileSync(process.execPath, ['--import', 'tsx', ...pack], { cwd: root, stdio: 'ignore' });
  kit = join(folder, 'kit');
  expect(spawnSync('node', ['--version'], { env }).error).toMatchObject({ code: 'ENOENT' });
  const alone = join(folder, 'alone');
  mkdirSync(alone);
  cpSync(join(root, 'scripts/verify/gpu/unpack.py'), join(alone, 'unpack.py'));
  const files = readdirSync(pieces).filter((name) => name.endsWith('.piece'));
  const unpack = [join(alone, 'unpack.py'), '--into', kit, ...files.map((name) => join(pieces, name))];
  const said = spawnSync('python3', unpack, { cwd: alone, env, encoding: 'utf8' });
  expect(said.stdout + said.stderr).toContain('The kit is complete');
  return () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

test('every check runs on a CPU, and holds', () => {
  const { status, output, found } = run('all');
  expect(output).toContain('All that ran held.');
  expect(status).toBe(0);
  expect(found.checks.map(({ name, state }) => [name, state])).toEqual(checks.map(({ name }) => [name, 'ended']));
  expect(found.kit.commit).toMatch(/^[0-9a-f]{40}/);
  expect(found.ended).toBeDefined();
  const findingsOf = (name: string) => found.checks.find((check) => check.name === name)?.findings ?? [];
  const held = (name: string) => findingsOf(name).filter(({ outcome }) => outcome === 'held').length;
  expect(held('devices')).toBe(1);
  expect(held('parity')).toBe(42);
  expect(held('demo')).toBe(1);
  expect(held('recovery')).toBe(3);
  expect(findingsOf('profile').length).toBeGreaterThan(20);
  for (const name of ['step', 'step-sdxl', 'more-steps', 'picture'])
    expect(findingsOf(name).filter(({ figures }) => figures !== undefined).length).toBeGreaterThanOrEqual(2);
  expect(existsSync(join(folder, 'all', 'demo-cpu.jpg'))).toBe(true);
});

describe('exit status 1', () => {
  test('for a number that is not diffusers’', () => {
    const golden = join(kit, 'test/goldens/vae-and-text/text-quick-io.safetensors');
    const bytes = readFileSync(golden);
    const damaged = Buffer.from(bytes);
    const { begin, end } = tensorEntry(openSafetensors(golden), 'states');
    damaged.fill(0x3f, begin, end);
    writeFileSync(golden, damaged);
    const { status, output, found } = run('wrong', '--only', 'parity');
    writeFileSync(golden, bytes);
    expect(status).toBe(1);
    expect(output).toContain('NOT all that ran held.');
    const failures = found.checks[0]?.findings.filter(({ outcome }) => outcome === 'failed').map(({ what }) => what);
    expect(failures?.map((what) => what.split(': ')[1])).toEqual(Array(2).fill('text encoder (quick GELU)'));
  });

  test('for a check over its limit, which is cut off and named, and leaves nothing running', () => {
    const { status, output, found } = run('cut', '--only', 'recovery,devices', '--limit', '5');
    expect(status).toBe(1);
    expect(output).toMatch(/recovery: .* — CUT: at its limit of 5 s/);
    expect(found.checks.map(({ name, state }) => [name, state])).toEqual([
      ['devices', expect.stringMatching(/ended|cut/)],
      ['recovery', 'cut'],
    ]);
    expect(processesOfKit()).toEqual([]);
  });

  test('without a piece', () => {
    rmSync(join(kit, '.complete'));
    const { status, stderr } = spawnSync(join(kit, 'run'), [], { env, encoding: 'utf8' });
    writeFileSync(join(kit, '.complete'), '');
    expect({ status, stderr }).toMatchObject({ status: 1, stderr: expect.stringContaining('is not complete') });
  });
});

test('a run that is killed leaves what it has found, as a whole report', async () => {
  const child = spawn(join(kit, 'run'), argumentsFor('killed', '--only', 'parity'), { env, stdio: 'ignore' });
  const file = join(folder, 'killed', 'report.json');
  while (!existsSync(file) || readReport('killed').checks[0]?.findings.length === 0) await delay(50);
  child.kill('SIGKILL');
  await once(child, 'exit');
  // The check ends by itself, as nobody reads what it writes; until then it uses the folder.
  await vi.waitFor(() => expect(processesOfKit()).toEqual([]), { timeout: 60_000 });
  const found = readReport('killed');
  expect(found.ended).toBeUndefined();
  expect(found.checks[0]?.state).toBe('running');
  expect(found.checks[0]?.findings.length).toBeGreaterThan(0);
  expect(readFileSync(join(folder, 'killed', 'report.txt'), 'utf8')).toContain('not ended');
});
