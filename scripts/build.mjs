/**
 * @file Brings the working copy to a state that runs: with --install, npm packages when they are not those of the
 * lock file; then `dist/`, when a source is newer or --clean is given. Plain JavaScript: it runs before anything is installed.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
process.chdir(root);

const modified = (path) => (existsSync(path) ? statSync(path).mtimeMs : 0);
const newest = (folder) =>
  Math.max(
    ...readdirSync(folder, { recursive: true, withFileTypes: true })
      // No source of `dist/`, and Python writes there whenever it runs.
      .filter(({ name, parentPath }) => !/[\\/]python([\\/]|$)/.test(join(parentPath, name)))
      .map(({ name, parentPath }) => modified(join(parentPath, name))),
  );
const npm = (...args) =>
  execFileSync('npm', args, {
    stdio: ['ignore', 'inherit', 'inherit'],
    // onnxruntime-node's install script downloads the CUDA provider, which fails offline and is not used here. Older npm runs it in
    // spite of `allowScripts` in package.json.
    env: { ...process.env, ONNXRUNTIME_NODE_INSTALL: 'skip' },
    shell: process.platform === 'win32',
  });

/** Whether what npm has noted of the last installation is what the lock file asks for; optional packages may be for other platforms. */
function isInstalled() {
  if (!existsSync('node_modules/.package-lock.json')) return false;
  const [wanted, present] = ['package-lock.json', 'node_modules/.package-lock.json'].map(
    (file) => JSON.parse(readFileSync(file, 'utf8')).packages,
  );
  return Object.entries(wanted).every(
    ([path, { version, optional }]) =>
      path === '' || present[path]?.version === version || (optional && present[path] === undefined),
  );
}

if (process.argv.includes('--install') && !isInstalled()) {
  npm('ci', '--no-audit', '--no-fund');
}
if (
  process.argv.includes('--clean') ||
  modified('dist/.built') < Math.max(newest('src'), modified('tsconfig.build.json'))
) {
  if (process.argv.includes('--clean')) rmSync('dist', { recursive: true, force: true });
  const compile = ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'];
  const { status } = spawnSync(process.execPath, compile, { stdio: 'inherit' });
  if (status !== 0) process.exit(1);
  chmodSync('dist/cli/main.js', 0o755);
  writeFileSync('dist/.built', '');
}
