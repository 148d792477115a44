/** @file Which npm packages a program needs to run, as they lie in `node_modules`. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** The folder that `require` would take a package from, seen from a folder; relative to the root, as that folder is. */
function resolvePackage(root: string, from: string, name: string): string | undefined {
  const parts = from.split('/').filter(Boolean);
  for (let depth = parts.length; depth >= 0; depth--) {
    const folder = [...parts.slice(0, depth), 'node_modules', name].join('/');
    if (existsSync(join(root, folder, 'package.json'))) return folder;
  }
  return undefined;
}

/**
 * Folders of the packages named and of all that they depend on, relative to `root`, sorted. Optional ones that are not installed
 * are passed over. Throws for any other that is missing.
 */
export function packageFolders(root: string, names: readonly string[]): string[] {
  const found = new Set<string>();
  const take = (from: string, name: string, optional: boolean): void => {
    const folder = resolvePackage(root, from, name);
    if (folder === undefined && optional) return;
    if (folder === undefined) throw new Error(`The package ${name} is not installed: run npm install.`);
    if (found.has(folder)) return;
    found.add(folder);
    const { dependencies, optionalDependencies } = JSON.parse(
      readFileSync(join(root, folder, 'package.json'), 'utf8'),
    ) as Manifest;
    for (const needed of Object.keys({ ...dependencies, ...optionalDependencies }))
      take(folder, needed, optionalDependencies?.[needed] !== undefined);
  };
  for (const name of names) take('', name, false);
  return [...found].sort();
}

const otherPlatform =
  /\/(?:darwin|win32|linux\/arm64|linux-arm64|linuxmusl|musl)(?:[-/]|$)|-(?:musl|wasm32|arm64)(?:\/|$)/;
const forPeople = /\.(?:map|md|markdown|ts|mts|cts)$|\/(?:test|tests|docs|example|examples)\//i;

/** Whether a file of a package is needed to run on Linux x64; licences are kept. */
export function isNeeded(path: string): boolean {
  return !otherPlatform.test(path) && !forPeople.test(path);
}
