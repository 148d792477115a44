/** @file The packages we depend on: named in NOTICE with their licences, and locked for every platform. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { z } from 'zod';

const read = (path: string): string => readFileSync(fileURLToPath(new URL(`../${path}`, import.meta.url)), 'utf8');
const names = z.record(z.string(), z.string()).default({});
const manifest = z.object({ license: z.string().optional(), dependencies: names, optionalDependencies: names });
const lockFile = z.object({
  packages: z.record(z.string(), z.object({ integrity: z.string().optional(), optionalDependencies: names })),
});

test('NOTICE names every dependency with its licence', () => {
  const { dependencies, optionalDependencies } = manifest.parse(JSON.parse(read('package.json')));
  const notice = read('NOTICE');
  const missing = Object.keys({ ...dependencies, ...optionalDependencies }).filter((name) => {
    const { license = '' } = manifest.parse(JSON.parse(read(`node_modules/${name}/package.json`)));
    return !notice.includes(`\n- ${name} (${license.replace(/^\((.*)\)$/, '$1')}, `);
  });
  expect(missing).toEqual([]);
});

// npm leaves out what the registry lacked when the file was written, and `npm ci` then fails on the platforms concerned.
test('the lock file holds the optional packages of every platform', () => {
  const { packages } = lockFile.parse(JSON.parse(read('package-lock.json')));
  const missing = Object.entries(packages).flatMap(([path, { optionalDependencies }]) =>
    Object.keys(optionalDependencies).filter(
      (name) => !packages[`node_modules/${name}`] && !packages[`${path}/node_modules/${name}`],
    ),
  );
  expect(missing).toEqual([]);
  expect(Object.entries(packages).filter(([path, { integrity }]) => path !== '' && integrity === undefined)).toEqual(
    [],
  );
  for (const platform of ['win32-x64', 'darwin-arm64', 'darwin-x64', 'linux-arm64', 'linux-x64'])
    expect(packages).toHaveProperty([`node_modules/@img/sharp-${platform}`]);
});
