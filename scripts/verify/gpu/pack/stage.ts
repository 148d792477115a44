/** @file Lays out the folder that a kit is on the other machine. */
import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { KitDescription } from '../kit.js';
import { isNeeded, packageFolders } from './packages.js';
import { placeProvider } from './provider.js';

const root = fileURLToPath(new URL('../../../../', import.meta.url));
/** What the demo imports in addition to what the product needs. */
const demoPackages = ['culori', 'ml-kmeans', 'yalps'];
/** What is copied as it is. The pocket model, the face detector and Python stay next to the sources that load them. */
const asTheyAre = [
  ...['dist', 'package.json', 'LICENSE', 'NOTICE'],
  ...['src/diffusion/pocket', 'src/faces/models', 'src/engines/diffusers/python'],
  ...[
    'test/goldens/unet',
    'test/goldens/vae-and-text',
    'test/goldens/families',
    'test/goldens/text-to-image',
    'test/goldens/ten-steps',
  ],
  ...['test/characters/godette', 'test/characters/control'],
];

export interface StageOptions {
  /** Node's Linux binary. */
  readonly node: string;
  /** The wheel `onnxruntime-gpu`; without it there is no CUDA. */
  readonly provider?: string | undefined;
  /** 90 thins the provider for sm_90. */
  readonly architecture?: number | undefined;
  /** Wheels to be unpacked for Python. */
  readonly wheels: readonly string[];
  /** Debian packages to be unpacked for Vulkan. */
  readonly debs: readonly string[];
  /** Whether the trainer of the pocket model goes along, which needs wheels of its own. */
  readonly withPocketTrainer: boolean;
}

function copy(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  copyFileSync(from, to);
}

/** The files below a folder, relative to it. */
function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
}

function stagePackages(stage: string): void {
  const { dependencies, optionalDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
    optionalDependencies: Record<string, string>;
  };
  const names = Object.keys({ ...dependencies, ...optionalDependencies });
  for (const folder of packageFolders(root, [...names, ...demoPackages])) {
    const files = filesBelow(join(root, folder)).map((file) => join(folder, file));
    // A package in a package is in the list itself, where it is needed.
    const own = files.filter((file) => !file.slice(folder.length).includes('/node_modules/'));
    for (const file of own.filter(isNeeded)) copy(join(root, file), join(stage, file));
  }
}

/** The kit's own programs, compiled, with the sources that they import, and the Python programs next to them. */
function stagePrograms(stage: string, compiled: string): void {
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const project = join(root, 'scripts', 'verify', 'gpu', 'tsconfig.json');
  execFileSync(process.execPath, [tsc, '-p', project, '--outDir', compiled], { stdio: 'inherit' });
  for (const file of filesBelow(compiled)) copy(join(compiled, file), join(stage, file));
  for (const folder of ['scripts/verify/gpu', 'scripts/bench'])
    for (const file of filesBelow(join(root, folder)).filter((name) => name.endsWith('.py')))
      copy(join(root, folder, file), join(stage, folder, file));
  copy(join(root, 'scripts/verify/gpu/run'), join(stage, 'run'));
  chmodSync(join(stage, 'run'), 0o755);
}

/** As `scripts/pocket-model/pack.py` lays it out. */
function stagePocketTrainer(stage: string): void {
  const program = join(root, 'scripts', 'pocket-model', 'pack.py');
  const captures = join(root, 'test', 'characters', 'godette');
  const args = [program, '--out', join(stage, 'pocket-trainer'), '--captures', captures];
  execFileSync('python3', args, { stdio: 'inherit' });
}

function commit(): string {
  const git = (...args: string[]): string => execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim();
  const changed = git('status', '--porcelain', '--untracked-files=no') !== '';
  return `${git('rev-parse', 'HEAD')}${changed ? '+' : ''}`;
}

/** Of onnxruntime-node; the CUDA provider has to be of the same. */
export function onnxruntimeVersion(): string {
  const manifest = readFileSync(join(root, 'node_modules/onnxruntime-node/package.json'), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}

/** Lays out the whole kit in a new folder, with `dist` built of the present sources. */
export function stageKit(
  stage: string,
  { node, provider, architecture, wheels, debs, withPocketTrainer }: StageOptions,
): KitDescription {
  execFileSync(process.execPath, [join(root, 'scripts', 'build.mjs')], { stdio: 'inherit' });
  copy(node, join(stage, 'bin', 'node'));
  chmodSync(join(stage, 'bin', 'node'), 0o755);
  stagePackages(stage);
  for (const path of asTheyAre) cpSync(join(root, path), join(stage, path), { recursive: true });
  stagePrograms(stage, `${stage}-compiled`);
  for (const wheel of wheels) execFileSync('python3', ['-m', 'zipfile', '-e', wheel, join(stage, 'python')]);
  if (withPocketTrainer) stagePocketTrainer(stage);
  for (const deb of debs) execFileSync('dpkg-deb', ['-x', deb, join(stage, 'vulkan')]);
  const description: KitDescription = {
    commit: commit(),
    packed: new Date().toISOString().slice(0, 10),
    onnxruntime: onnxruntimeVersion(),
    ...(provider === undefined ? {} : { provider: placeProvider(provider, join(stage, 'onnxruntime'), architecture) }),
  };
  writeFileSync(join(stage, 'kit.json'), `${JSON.stringify(description, null, 2)}\n`);
  return description;
}
