/** @file The pocket model's trainer: a run that is killed in each of its stages continues and ends in a model that generates pictures. */
import { execFileSync, spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openSafetensors } from '../../src/safetensors/header.js';
import { enginePython } from '../engines/diffusers/support.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const scripts = join(root, 'scripts', 'pocket-model');
const shipped = join(root, 'src', 'diffusion', 'pocket');
/** Packages that the diffusers engine does not need. */
const site = join(root, '.venv', 'pocket-model');
const folder = mkdtempSync(join(tmpdir(), 'pocket-'));
const out = join(folder, 'run');
const environment = { ...process.env, PYTHONPATH: site, PYTHONDONTWRITEBYTECODE: '1' };
const options = ['--device', 'cpu', '--workers', '1', '--pictures', '512', '--every', '1', '--out', out];

beforeAll(() => {
  if (existsSync(join(site, 'done'))) return;
  const requirement = readFileSync(join(scripts, 'requirements.txt'), 'utf8').match(/^skia-python==.+$/m)?.[0];
  if (requirement === undefined) throw new Error('requirements.txt names no skia-python.');
  const ofEngine = ['-c', 'import sys; print("%d.%d" % sys.version_info[:2])'];
  const version = execFileSync(enginePython(), ofEngine, { encoding: 'utf8' }).trim();
  // The engine's own environment, which uv makes, has no pip.
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-deps', '--target', site];
  const binaries = ['--only-binary=:all:', '--python-version', version];
  // Past pyenv's wrapper: after pip it renews its shims, and fails where a killed process left its lock behind.
  const python = execFileSync('python3', ['-c', 'import sys; print(sys.executable)'], { encoding: 'utf8' }).trim();
  execFileSync(python, [...pip, ...binaries, requirement], { stdio: 'inherit' });
  mkdirSync(join(site, 'done'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Ended {
  readonly lines: readonly string[];
  readonly status: number | null;
}

/** Runs the trainer; kills it, without warning, as soon as a line matches and a checkpoint of it is on disk. */
async function train(minutes: number, { resume = false, killAt }: { resume?: boolean; killAt?: string } = {}) {
  const words = [join(scripts, 'train.py'), ...options, '--minutes', String(minutes), ...(resume ? ['--resume'] : [])];
  const child = spawn(enginePython(), words, { env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
  const lines: string[] = [];
  let errors = '';
  child.stderr.on('data', (data) => {
    errors += data;
  });
  const ended = new Promise<Ended>((done) => child.on('close', (status) => done({ lines, status })));
  const killing = setInterval(() => {
    const checkpoint = join(out, 'work', `${killAt}.pt`);
    if (killAt !== undefined && lines.some((line) => line.startsWith(`${killAt}: from`)) && existsSync(checkpoint))
      child.kill('SIGKILL');
  }, 100);
  for await (const line of createInterface(child.stdout)) lines.push(line);
  const result = await ended;
  clearInterval(killing);
  if (result.status !== 0 && !child.killed) throw new Error(`train.py ended with ${result.status}: ${errors}`);
  return result;
}

/** Seconds left of the budget, as the first line says. */
function left(lines: readonly string[]): number {
  return Number(lines[0]?.match(/(\d+) of \d+ s left/)?.[1]);
}

it('continues after a kill in each stage, within its time, and exports what loaders and generate take', async () => {
  const minutes = 4;
  const budgets: number[] = [];
  for (const stage of ['vae', 'text', 'unet']) {
    const { lines, status } = await train(minutes, { resume: stage !== 'vae', killAt: stage });
    expect(status, lines.join('\n')).toBeNull();
    budgets.push(left(lines));
  }
  const last = await train(minutes, { resume: true });
  expect(last.status).toBe(0);
  budgets.push(left(last.lines));
  // The time of killed runs counts, and what was done is not done again.
  expect(budgets).toEqual([...budgets].sort((one, other) => other - one));
  expect(new Set(budgets).size).toBe(4);
  expect(last.lines.filter((line) => /^(vae|text): from/.test(line))).toEqual([]);
  expect(Number(last.lines.join('\n').match(/unet: from step (\d+)/)?.[1])).toBeGreaterThan(0);

  const model = join(out, 'model');
  for (const part of ['unet', 'vae', 'text_encoder']) {
    const file = readdirSync(join(model, part)).find((name) => name.endsWith('.safetensors')) ?? '';
    const [own, old] = [model, shipped].map((base) =>
      [...openSafetensors(join(base, part, file)).tensors].map(
        ([name, { dtype, shape }]) => `${name} ${dtype} ${shape}`,
      ),
    );
    expect(own?.sort()).toEqual(old?.sort());
    expect(statSync(join(model, part, file)).size).toBeLessThan(16 * 2 ** 20);
  }
  for (const name of ['vocab.json', 'merges.txt'])
    expect(readFileSync(join(model, 'tokenizer', name))).toEqual(readFileSync(join(shipped, 'tokenizer', name)));

  const picture = join(folder, 'picture.png');
  const generate = [
    'generate',
    '--prompt',
    'an illustration of a girl',
    '--base',
    model,
    '--count',
    '1',
    '--steps',
    '2',
    '--seed',
    '1',
    '--out',
    picture,
  ];
  execFileSync(process.execPath, [join(root, 'dist', 'cli', 'main.js'), ...generate], { cwd: folder });
  const { width } = await sharp(picture).metadata();
  const { channels } = await sharp(picture).stats();
  expect(width).toBe(128);
  expect(Math.max(...channels.map(({ stdev }) => stdev))).toBeGreaterThan(1);
});

it('refuses to start in the folder of another run', () => {
  mkdirSync(join(out, 'work'), { recursive: true });
  writeFileSync(join(out, 'work', 'vae.pt'), '');
  expect(() =>
    execFileSync(enginePython(), [join(scripts, 'train.py'), ...options, '--minutes', '1'], {
      env: environment,
      stdio: 'pipe',
    }),
  ).toThrow(/continue it with --resume/);
});

it('draws the same chunk again, and agrees with transformers on tokens and states of text', () => {
  const checks = fileURLToPath(new URL('checks.py', import.meta.url));
  const said = execFileSync(enginePython(), [checks, scripts, join(shipped, 'tokenizer')], { env: environment });
  expect(said.toString()).toContain('all hold');
});
