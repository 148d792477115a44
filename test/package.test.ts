/** @file The packed package, installed into an empty folder as a user would, does its work there. */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { beforeAll, expect, test, vi } from 'vitest';
import { godette, tinyModel } from './end-to-end/support.js';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 600_000 });

const root = fileURLToPath(new URL('..', import.meta.url));
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };

let folder: string;
let packed: string[];

function npm(cwd: string, ...args: string[]): string {
  const env = { ...process.env, ONNXRUNTIME_NODE_INSTALL: 'skip', LORA_BRIDGE_HOME: join(folder, 'home') };
  const shell = process.platform === 'win32';
  return execFileSync('npm', args, { cwd, env, shell, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

/** Runs the installed command; the working copy is nowhere near. */
function bridge(...args: string[]) {
  const main = join(folder, 'node_modules', 'lora-bridge', 'dist', 'cli', 'main.js');
  const env = { ...process.env, LORA_BRIDGE_HOME: join(folder, 'home') };
  return spawnSync(process.execPath, [main, ...args], { cwd: folder, env, encoding: 'utf8' });
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lora-bridge-package-'));
  // dist/ is built: its script would rebuild it while other tests use it.
  npm(root, 'pack', '--silent', '--ignore-scripts', '--pack-destination', folder);
  const tarball = `lora-bridge-${version}.tgz`;
  expect(readdirSync(folder)).toContain(tarball);
  packed = execFileSync('tar', ['-tzf', tarball], { cwd: folder, encoding: 'utf8' }).trim().split('\n');
  writeFileSync(join(folder, 'package.json'), '{"private": true}');
  npm(folder, 'install', '--no-audit', '--no-fund', '--prefer-offline', `./${tarball}`);
  return () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

test('holds what runs, and nothing of what makes it', () => {
  const files = packed.map((file) => file.replace(/^package\//, ''));
  const tops = new Set(files.map((file) => file.split('/')[0]));
  expect([...tops].filter((top) => /^(test|scripts|unity-package|\.ci|out|node_modules)$/.test(top ?? ''))).toEqual([]);
  expect(files.filter((file) => /\.(ts|map|tsbuildinfo)$/.test(file))).toEqual([]);
  for (const file of [
    'dist/cli/main.js',
    'dist/engines/native/main.js',
    'dist/training/dataset-main.js',
    'LICENSE',
    'NOTICE',
  ])
    expect(files).toContain(file);
  expect(files.filter((file) => /^src\/faces\/models\/.*\.onnx$/.test(file)).length).toBe(2);
  // The base model has at most 24 MB in float16, and hardly compresses.
  expect(statSync(join(folder, `lora-bridge-${version}.tgz`)).size).toBeLessThan(30 * 2 ** 20);
});

test('runs by its name', () => {
  expect(npm(folder, 'exec', '--offline', '--', 'lora-bridge', '--version').trim()).toBe(version);
});

test('knows what the machine has', () => {
  const { findings } = JSON.parse(bridge('doctor', '--json').stdout) as {
    findings: { name: string; state: string; detail: string }[];
  };
  const stateOf = (wanted: string): string | undefined => findings.find(({ name }) => name === wanted)?.state;
  expect([stateOf('Node.js'), stateOf('ONNX Runtime'), stateOf('device cpu')]).toEqual(['ok', 'ok', 'ok']);
});

test('finds faces, prepares, trains and generates', async () => {
  // Without captures.json the detector has to look for the faces.
  mkdirSync(join(folder, 'captures'));
  for (const name of ['stand_full_yaw0.png', 'walk_full_yaw40.png'])
    cpSync(join(godette, name), join(folder, 'captures', name));
  const prepared = bridge('prepare', '--base', tinyModel, '--images', 'captures', '--out', 'set', '--json');
  expect(prepared.stderr).toBe('');
  expect(JSON.parse(prepared.stdout)).toMatchObject({
    samplesPerFraming: { full: 2, upper: 2, face: 2 },
    rejected: [],
  });
  const { shots } = JSON.parse(readFileSync(join(folder, 'set', 'manifest.json'), 'utf8'));
  expect(shots[0].face.source).toBe('detector');

  const base = ['--base', tinyModel, '--device', 'cpu'];
  const trained = bridge('train', ...base, '--images', 'captures', '--steps', '2', '--framings', 'full', '--json');
  const { files } = JSON.parse(trained.stdout) as { files: string[] };
  const generated = bridge('generate', ...base, '--prompt', 'a girl', '--lora', files[0] ?? '', '--steps', '2');
  expect({ status: generated.status, out: generated.stdout }).toEqual({
    status: 0,
    out: `${join(folder, 'sheet.jpg')}\n`,
  });
  expect(await sharp(join(folder, 'sheet.jpg')).metadata()).toMatchObject({ format: 'jpeg' });
});
