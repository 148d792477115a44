/** @file Imports in `src/` point one way: down the list of layers. Imports of types count. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { layers } from '../scripts/docs/layers.js';

const src = fileURLToPath(new URL('../src', import.meta.url));
const order: readonly string[] = Object.keys(layers);

/** The relative paths that a module imports or exports from. Biome writes each in single quotes, after `from` or `import`. */
function importsOf(text: string): string[] {
  return [...text.matchAll(/(?:\bfrom|\bimport\(?)\s*'(\.[^']*)'/g)].map(([, path]) => path ?? '');
}

test('every folder of src/ is in the list', () => {
  const folders = readdirSync(src, { withFileTypes: true }).map(({ name }) => name);
  expect(folders.sort()).toEqual([...order].sort());
});

test('every import points to its own layer or further down', () => {
  const upward: string[] = [];
  let count = 0;
  for (const entry of readdirSync(src, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !entry.name.endsWith('.ts')) continue;
    const file = join(entry.parentPath, entry.name);
    const own = order.indexOf(relative(src, file).split(sep)[0] ?? '');
    for (const path of importsOf(readFileSync(file, 'utf8'))) {
      count += 1;
      // Outside of src/ the first part is `..`, which is in no list.
      const target = order.indexOf(relative(src, join(dirname(file), path)).split(sep)[0] ?? '');
      if (target < own) upward.push(`${relative(src, file)} imports ${path}`);
    }
  }
  expect(count).toBeGreaterThan(1000);
  expect(upward).toEqual([]);
});
