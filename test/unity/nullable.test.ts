/** @file Unity compiles the package without nullable reference types unless a file enables them itself. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../unity-package/', import.meta.url));

test.each(['Core', 'Editor', 'Tests/Editor'])('every file of %s enables nullable reference types', (folder) => {
  const files = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).filter((path) =>
    path.endsWith('.cs'),
  );
  const without = files.filter(
    (path) => !/^#nullable enable\r?$/m.test(readFileSync(join(root, folder, path), 'utf8')),
  );
  expect(without).toEqual([]);
  expect(files.length).toBeGreaterThan(0);
});
