/** @file The files under `protocol/`: made, written, compared with what is checked in. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeDocumentation } from './documentation.js';
import { schema } from './schema.js';
import { makeVectors } from './vectors.js';

export const folder = fileURLToPath(new URL('../../protocol', import.meta.url));

/** Path below `protocol/` → content. */
function makeFiles(): Map<string, Buffer> {
  return new Map([
    ['schema.json', Buffer.from(`${JSON.stringify(schema, null, 2)}\n`)],
    ['PROTOCOL.md', Buffer.from(makeDocumentation())],
    ...[...makeVectors()].map(([path, bytes]): [string, Buffer] => [`vectors/${path}`, bytes]),
  ]);
}

function presentFiles(): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'));
}

/** Writes all files and removes those that are no longer made. */
export function writeFiles(): number {
  const files = makeFiles();
  for (const path of presentFiles()) if (!files.has(path)) rmSync(join(folder, path));
  for (const [path, bytes] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), bytes);
  }
  return files.size;
}

/** Paths of the files that are missing, superfluous or different from what the messages say. */
export function differences(): string[] {
  const files = makeFiles();
  const present = new Set(presentFiles());
  const wrong = [...files].filter(
    ([path, bytes]) => !present.has(path) || !readFileSync(join(folder, path)).equals(bytes),
  );
  return [...wrong.map(([path]) => path), ...[...present].filter((path) => !files.has(path))].sort();
}
