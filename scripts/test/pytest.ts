/** @file Runs the tests of the engine's Python package and counts them. */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pythonOf } from '../../src/engines/diffusers/environment.js';
import type { Outcome } from './vitest.js';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** The folder of pytest's packages: in an environment of its own, so that the engine's has only what it needs. */
function pytestPackages(): string {
  const environment = join(root, '.venv', 'pytest');
  const python = pythonOf(environment);
  if (!existsSync(python)) {
    const own = process.platform === 'win32' ? 'python' : 'python3';
    execFileSync(own, ['-m', 'venv', environment], { stdio: 'inherit' });
    const install = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', 'pytest==9.2.0'];
    execFileSync(python, install, { stdio: 'inherit' });
  }
  return execFileSync(python, ['-c', 'import sysconfig; print(sysconfig.get_path("purelib"))'], {
    encoding: 'utf8',
  }).trim();
}

/** Runs pytest by the interpreter that has torch. */
export async function runPytest(python: string): Promise<Outcome> {
  const child = spawn(
    python,
    ['-m', 'pytest', '-q', '-rfE', '-p', 'no:cacheprovider', 'test/engines/diffusers/python'],
    {
      cwd: root,
      stdio: ['ignore', 'pipe', 'inherit'],
      env: {
        ...process.env,
        PYTHONPATH: [pytestPackages(), process.env.PYTHONPATH].filter(Boolean).join(delimiter),
        PYTHONDONTWRITEBYTECODE: '1',
      },
    },
  );
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    process.stdout.write(text);
    output += text;
  });
  const status = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  const failures = [...output.matchAll(/^(?:FAILED|ERROR) (.+)$/gm)].map(([, name = '']) => name);
  // Pytest also fails for what is no test: no test at all, a usage error.
  if (status !== 0 && failures.length === 0) failures.push(`pytest ended with status ${status}`);
  return { passed: Number(/(\d+) passed/.exec(output.trim().split('\n').at(-1) ?? '')?.[1] ?? 0), failures };
}
