/**
 * @file Shots from a folder of images. What is known about `walk.png` is gathered from, the later the stronger:
 *  - `captures.json`: `{"captures": [{"file": "walk.png", "pose": "walk", "yaw": 40, "framing": "full", "head": {…}}, …]}`,
 *    with the fields of `shotFacts` and, as a short form of `regions.head`, `head`;
 *  - `walk.shot.json`: one object with the fields of `shotFacts` (shot.ts): `pose`, `yaw`, `pitch`, `framing`,
 *    `expression`, `regions` (`{"head": {"x": 214, "y": 49, "width": 338, "height": 361}}`, in pixels), `caption`;
 *  - `walk.txt`, else `walk.caption`: its caption.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { LoraBridgeError } from '../errors/lora-bridge-error.js';
import { type CaptionFile, readCaptions } from './caption-file.js';
import {
  type Ignored,
  type ListedFolder,
  listDataset,
  NameIndex,
  nameKey,
  stemBefore,
  stemOfImage,
} from './folder-listing.js';
import { type Shot, type ShotFacts, shotFacts } from './shot.js';
import { decodeText } from './text-file.js';

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

/** A shot of a folder, with what its place and its caption file say. */
export interface FolderShot extends Shot {
  readonly captionFile?: CaptionFile;
  /** How often an epoch has it, by the name of its folder; 1 by default. */
  readonly repeats?: number;
  /** What its caption begins with instead of the prompt, by the name of its folder. */
  readonly words?: string;
}

export interface DatasetFolder {
  /** Sorted by path. */
  readonly shots: readonly FolderShot[];
  /** Files that are not used, and why. */
  readonly ignored: readonly Ignored[];
}

/**
 * The shots of a folder; none where there is no image. Images are not opened.
 * @throws LoraBridgeError `input.file.missing`, `input.dataset.sidecar`
 */
export async function readDatasetFolder(folder: string): Promise<DatasetFolder> {
  const { folders, ignored } = await listDataset(folder);
  const read = await Promise.all(folders.map(readFolder));
  return { shots: read.flatMap(({ shots }) => shots), ignored: [...ignored, ...read.flatMap((one) => one.ignored)] };
}

async function readFolder({ path, images, facts, repeats, words }: ListedFolder): Promise<DatasetFolder> {
  const ignored: Ignored[] = [];
  const noted = await readCaptures(path, images, facts, ignored);
  const sidecars = new NameIndex(facts, stemBefore('.shot.json'));
  const texts = ['.txt', '.caption'].map((extension) => new NameIndex(facts, stemBefore(extension)));
  const used = new Set<string>();
  const found = images.map((image) => {
    const stem = stemOfImage(image);
    const sidecar = sidecars.find(stem);
    const caption = texts.map((index) => index.find(stem)).find((name) => name !== undefined);
    for (const name of [sidecar, caption]) if (name !== undefined) used.add(name);
    return { image, stem, sidecar, caption };
  });
  const captions = await readCaptions(path, [...new Set(found.flatMap(({ caption }) => caption ?? []))]);
  const shots: FolderShot[] = [];
  for (const { image, stem, sidecar, caption } of found) {
    const described = sidecar === undefined ? undefined : await readJson(join(path, sidecar), shotFacts);
    const captionFile = caption === undefined ? undefined : captions.get(caption);
    shots.push({
      ...noted.get(nameKey(image)),
      ...described,
      ...(captionFile?.caption && { caption: captionFile.caption }),
      file: join(path, image),
      name: stem,
      ...(captionFile && { captionFile }),
      ...(repeats > 1 && { repeats }),
      ...(words !== undefined && { words }),
    });
  }
  for (const name of facts) {
    if (used.has(name) || nameKey(name) === 'captures.json') continue;
    const stem = stemBefore('.txt')(name) ?? stemBefore('.caption')(name);
    const other = stem === undefined ? undefined : texts[0]?.find(stem);
    const isDouble = other !== undefined && used.has(other);
    ignored.push({ file: join(path, name), reason: isDouble ? `${other} is used instead` : 'no image has this name' });
  }
  return { shots, ignored };
}

/** The facts of `captures.json` by the keys of the images' names. */
async function readCaptures(
  path: string,
  images: readonly string[],
  facts: readonly string[],
  ignored: Ignored[],
): Promise<Map<string, ShotFacts>> {
  const noted = new Map<string, ShotFacts>();
  const name = facts.find((fact) => nameKey(fact) === 'captures.json');
  if (name === undefined) return noted;
  const present = new Set(images.map(nameKey));
  for (const { file, ...rest } of (await readJson(join(path, name), captures)).captures) {
    if (present.has(nameKey(file))) noted.set(nameKey(file), rest);
    else ignored.push({ file: join(path, file), reason: `${name} describes it, but there is no such image` });
  }
  return noted;
}

async function readJson<Value>(file: string, schema: z.ZodType<Value>): Promise<Value> {
  const text = decodeText(await readFile(file))?.text ?? '';
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    const reason = cause instanceof z.ZodError ? z.prettifyError(cause) : String(cause);
    const hint = 'Correct it or delete it: descriptions are optional.';
    throw new LoraBridgeError('input.dataset.sidecar', `${file} cannot be read: ${reason}`, { file, hint, cause });
  }
}
