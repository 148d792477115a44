/**
 * @file The files of a dataset folder: images, what describes them, and what is not used. Subfolders named as kohya's scripts have
 * them, `10_sks girl`, belong to it: repeats and the words for their images. Names are compared regardless of case and Unicode
 * form: Windows ignores the one, macOS and Windows differ in the other.
 */
import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join, parse } from 'node:path';
import { LoraBridgeError } from '../errors/lora-bridge-error.js';

/** Extensions of images, readable or not: those that are not are reported, never overlooked. */
const imageExtensions =
  'png jpg jpeg jpe jfif webp gif avif tif tiff bmp dib heic heif jxl jp2 tga exr hdr psd svg ico qoi dds pcx ppm pgm pnm';
const imageName = new RegExp(`^[^.].*\\.(${imageExtensions.replaceAll(' ', '|')})$`, 'i');
const factsName = /^[^.].*(\.txt|\.caption|\.shot\.json)$/i;
const kohyaFolder = /^(\d{1,4})_(.+)$/;
/** What file managers, archivers, synchronisation and Unity leave behind. */
const debris =
  /^(\.|.*\.meta$|@eaDir$|__MACOSX$|#recycle$|\$RECYCLE\.BIN$|System Volume Information$|Thumbs\.db$|desktop\.ini$)/i;

/** One folder of images: the dataset's own, or one of kohya's within it. */
export interface ListedFolder {
  readonly path: string;
  readonly images: readonly string[];
  /** Names of captions and descriptions. */
  readonly facts: readonly string[];
  readonly repeats: number;
  /** The words for its images, from its name. */
  readonly words?: string;
}

export interface Ignored {
  readonly file: string;
  readonly reason: string;
}

export interface FolderListing {
  readonly folders: readonly ListedFolder[];
  readonly ignored: readonly Ignored[];
}

/** A name as it is compared. */
export const nameKey = (name: string): string => name.normalize('NFC').toLowerCase();

/** Whether a file of this name is taken for an image. */
const isImageName = (name: string): boolean => imageName.test(name);

const isFactsName = (name: string): boolean => nameKey(name) === 'captures.json' || factsName.test(name);

/** @throws LoraBridgeError `input.file.missing` */
export async function listDataset(folder: string): Promise<FolderListing> {
  const entries = await entriesOf(folder);
  const folders = [listFiles(folder, entries)];
  const ignored = [...others(folder, entries)];
  for (const { name } of entries.filter(({ isFolder }) => isFolder)) {
    const path = join(folder, name);
    const inside = await entriesOf(path);
    const [, repeats, words] = kohyaFolder.exec(name) ?? [];
    const images = inside.filter((entry) => !entry.isFolder && isImageName(entry.name)).length;
    if (repeats !== undefined && words !== undefined && Number(repeats) > 0) {
      folders.push({ ...listFiles(path, inside), repeats: Number(repeats), words: words.replaceAll('_', ' ').trim() });
      ignored.push(...others(path, inside));
    } else if (images > 0)
      ignored.push({
        file: path,
        reason: `a subfolder with ${images} image${images === 1 ? '' : 's'}; name it N_WORDS to use it`,
      });
  }
  return { folders, ignored };
}

interface Entry {
  readonly name: string;
  readonly isFolder: boolean;
}

async function entriesOf(folder: string): Promise<Entry[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code !== 'ENOENT' && cause.code !== 'ENOTDIR') throw cause;
    throw missingFolder(folder, cause);
  });
  const kept = entries.filter(({ name }) => !debris.test(name)).sort((a, b) => (a.name < b.name ? -1 : 1));
  return await Promise.all(kept.map(async (entry) => ({ name: entry.name, isFolder: await isFolder(folder, entry) })));
}

async function isFolder(folder: string, entry: Dirent): Promise<boolean> {
  if (!entry.isSymbolicLink()) return entry.isDirectory();
  return (await stat(join(folder, entry.name)).catch(() => undefined))?.isDirectory() ?? false;
}

function listFiles(path: string, entries: readonly Entry[]): ListedFolder {
  const files = entries.filter((entry) => !entry.isFolder).map(({ name }) => name);
  return { path, images: files.filter(isImageName), facts: files.filter(isFactsName), repeats: 1 };
}

function others(folder: string, entries: readonly Entry[]): Ignored[] {
  return entries
    .filter(({ name, isFolder }) => !isFolder && !isImageName(name) && !isFactsName(name))
    .map(({ name }) => ({ file: join(folder, name), reason: 'neither an image nor a caption' }));
}

export function missingFolder(folder: string, cause?: unknown): LoraBridgeError {
  const hint = 'Give the path of an existing folder.';
  return new LoraBridgeError('input.file.missing', `There is no folder ${folder}.`, { file: folder, hint, cause });
}

/** The names of a folder without their extensions, to be found by another name: exactly, else as `nameKey` compares. */
export class NameIndex {
  readonly #exact = new Map<string, string>();
  readonly #loose = new Map<string, string>();

  /** @param stemOf what of a name is compared; undefined for names that do not belong here */
  constructor(names: readonly string[], stemOf: (name: string) => string | undefined) {
    for (const name of names) {
      const stem = stemOf(name);
      if (stem === undefined) continue;
      if (!this.#exact.has(stem)) this.#exact.set(stem, name);
      if (!this.#loose.has(nameKey(stem))) this.#loose.set(nameKey(stem), name);
    }
  }

  find(stem: string): string | undefined {
    return this.#exact.get(stem) ?? this.#loose.get(nameKey(stem));
  }
}

/** The stem of a name with this extension (compared regardless of case), undefined for other names. */
export const stemBefore =
  (extension: string) =>
  (name: string): string | undefined =>
    name.toLowerCase().endsWith(extension) ? name.slice(0, -extension.length) : undefined;

/** The name of an image without its extension. */
export const stemOfImage = (file: string): string => parse(file).name;
