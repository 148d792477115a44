/** @file What package managers read of the Unity package, and what the test project references, exists. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { z } from 'zod';

const root = fileURLToPath(new URL('../../', import.meta.url));
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

const npm = z
  .object({ version: z.string(), homepage: z.string(), license: z.string() })
  .parse(JSON.parse(read('package.json')));
const unity = z
  .object({
    name: z.string(),
    version: z.string(),
    license: z.string(),
    author: z.object({ name: z.string(), url: z.string() }),
    documentationUrl: z.string(),
    changelogUrl: z.string(),
    licensesUrl: z.string(),
    samples: z.array(z.object({ path: z.string() })),
  })
  .parse(JSON.parse(read('unity-package/package.json')));

test('has the version and the licence of the npm package', () => {
  expect([unity.version, unity.license]).toEqual([npm.version, npm.license]);
});

test('links to files of this repository', () => {
  const repository = npm.homepage.replace('#readme', '');
  expect(unity.author.url).toBe(repository);
  for (const url of [unity.documentationUrl, unity.changelogUrl, unity.licensesUrl]) {
    const path = url.replace(`${repository}/blob/main/`, '');
    expect(existsSync(join(root, path)), `${url} is ${path}`).toBe(true);
  }
  expect(read('unity-package/Editor/Settings/Manual.cs')).toContain(`"${unity.documentationUrl}"`);
});

test('has the folders of its samples', () => {
  for (const { path } of unity.samples) expect(existsSync(join(root, 'unity-package', path)), path).toBe(true);
});

test('is referenced by the test project', () => {
  const project = join(root, 'test/unity-project');
  const manifest = z
    .object({ dependencies: z.record(z.string(), z.string()), testables: z.array(z.string()) })
    .parse(JSON.parse(readFileSync(join(project, 'Packages/manifest.json'), 'utf8')));
  const path = manifest.dependencies[unity.name] ?? '';
  // Unity resolves it from the folder of the manifest.
  expect(join(project, 'Packages', path.replace('file:', ''))).toBe(join(root, 'unity-package'));
  expect(manifest.testables).toContain(unity.name);
  expect(readFileSync(join(project, 'ProjectSettings/ProjectVersion.txt'), 'utf8')).toMatch(
    /^m_EditorVersion: 2022\.3\.\d+f\d+$/m,
  );
});
