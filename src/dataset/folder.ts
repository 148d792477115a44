/**
 * @file Shots from a folder of pictures (PNG, JPEG, WebP, GIF, by the end of the name; other files and hidden ones are
 * ignored). What is known about `walk.png` is gathered from, the later the stronger:
 *  - `captures.json`: `{"captures": [{"file": "walk.png", "pose": "walk", "yaw": 40, "framing": "full", "head": {…}}, …]}`,
 *    with the fields of `shotFacts` and, as a short form of `regions.head`, `head`;
 *  - `walk.shot.json`: one object with the fields of `shotFacts` (shot.ts): `pose`, `yaw`, `pitch`, `framing`,
 *    `expression`, `regions` (`{"head": {"x": 214, "y": 49, "width": 338, "height": 361}}`, in pixels), `caption`;
 *  - `walk.txt`: its caption.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join, parse } from 'node:path';
import { z } from 'zod';
import { LoraBridgeError } from '../errors/lora-bridge-error.js';
import { type Shot, type ShotFacts, shotFacts } from './shot.js';

const pictureName = /^[^.].*\.(png|jpe?g|webp|gif)$/i;

const captures = z.object({
  captures: z.array(
    z
      .object({ ...shotFacts.shape, file: z.string(), head: shotFacts.shape.regions.unwrap().valueType.optional() })
      .transform(({ head, regions, ...facts }) => ({
        ...facts,
        ...((head ?? regions) && { regions: { ...(head && { head }), ...regions } }),
      })),
  ),
});

/** Whether a file of this name is taken for a picture. */
export function isPictureName(name: string): boolean {
  return pictureName.test(name);
}

/** Whether a file of this name says something about a picture. */
export function isFactsName(name: string): boolean {
  return name === 'captures.json' || /^[^.].*(\.txt|\.shot\.json)$/i.test(name);
}

/**
 * The shots of a folder, sorted by file name; none where there is no picture. Pictures are not opened.
 * @throws LoraBridgeError `input.file.missing`, `input.dataset.sidecar`
 */
export async function shotsOfFolder(folder: string): Promise<Shot[]> {
  const names = new Set(await listFolder(folder));
  const noted = new Map<string, ShotFacts>();
  if (names.has('captures.json')) {
    const parsed = await readJson(join(folder, 'captures.json'), captures);
    for (const { file, ...facts } of parsed.captures) noted.set(file, facts);
  }
  const shots: Shot[] = [];
  for (const file of [...names].filter(isPictureName).sort()) {
    const { name } = parse(file);
    const sidecar = names.has(`${name}.shot.json`)
      ? await readJson(join(folder, `${name}.shot.json`), shotFacts)
      : undefined;
    const caption = names.has(`${name}.txt`) ? await readCaption(join(folder, `${name}.txt`)) : undefined;
    shots.push({ ...noted.get(file), ...sidecar, ...(caption && { caption }), file: join(folder, file), name });
  }
  return shots;
}

async function listFolder(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries.filter((entry) => !entry.isDirectory()).map((entry) => entry.name);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code !== 'ENOENT' && code !== 'ENOTDIR') throw cause;
    throw missingFolder(folder, cause);
  }
}

export function missingFolder(folder: string, cause?: unknown): LoraBridgeError {
  const hint = 'Give the path of an existing folder.';
  return new LoraBridgeError('input.file.missing', `There is no folder ${folder}.`, { file: folder, hint, cause });
}

/** The caption on one line; undefined when the file is blank. */
async function readCaption(file: string): Promise<string | undefined> {
  const text = await readFile(file, 'utf8');
  const line = text
    .replace(/^\uFEFF/, '')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 4000);
  return line === '' ? undefined : line;
}

async function readJson<Value>(file: string, schema: z.ZodType<Value>): Promise<Value> {
  const text = await readFile(file, 'utf8');
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    const reason = cause instanceof z.ZodError ? z.prettifyError(cause) : String(cause);
    const hint = 'Correct it or delete it: descriptions are optional.';
    throw new LoraBridgeError('input.dataset.sidecar', `${file} cannot be read: ${reason}`, { file, hint, cause });
  }
}
