/** @file The files made of the messages, `protocol/` and the C# types: made, written, compared with what is checked in. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeCSharp } from './csharp.js';
import { makeDocumentation } from './documentation.js';
import { schema } from './schema.js';
import { makeVectors } from './vectors.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

const csharpFolder = 'unity-package/Core/Protocol/Generated';

/** These hold nothing but what is made here, and Unity's own. */
const folders = ['protocol', csharpFolder];

/** Path below the root of the repository → content. */
function makeFiles(): Map<string, Buffer> {
  return new Map([
    ['protocol/schema.json', Buffer.from(`${JSON.stringify(schema, null, 2)}\n`)],
    ['protocol/PROTOCOL.md', Buffer.from(makeDocumentation())],
    ...[...makeVectors()].map(([path, bytes]): [string, Buffer] => [`protocol/vectors/${path}`, bytes]),
    ...[...makeCSharp()].map(([path, text]): [string, Buffer] => [`${csharpFolder}/${path}`, Buffer.from(text)]),
  ]);
}

function presentFiles(): string[] {
  return folders.flatMap((folder) => {
    if (!existsSync(join(root, folder))) return [];
    return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'))
      .filter((path) => !path.endsWith('.meta'));
  });
}

/** Writes all files and removes those that are no longer made. */
export function writeFiles(): number {
  const files = makeFiles();
  for (const path of presentFiles()) if (!files.has(path)) rmSync(join(root, path));
  for (const [path, bytes] of files) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), bytes);
  }
  return files.size;
}

/** Paths of the files that are missing, superfluous or different from what the messages say. */
export function differences(): string[] {
  const files = makeFiles();
  const present = new Set(presentFiles());
  const wrong = [...files].filter(
    ([path, bytes]) => !present.has(path) || !readFileSync(join(root, path)).equals(bytes),
  );
  return [...wrong.map(([path]) => path), ...[...present].filter((path) => !files.has(path))].sort();
}
