/** @file The report on a prepared dataset, from its manifest and what was found in its folder. */
import { basename, relative } from 'node:path';
import type { DatasetNote, DatasetNoteKind, DatasetReport } from '../protocol/dataset-report.js';
import type { FolderShot } from './folder.js';
import type { Ignored } from './folder-listing.js';
import { countFramings, type Manifest } from './manifest.js';

export interface ReportInput {
  readonly manifest: Manifest;
  readonly shots: readonly FolderShot[];
  readonly ignored: readonly Ignored[];
  readonly prompt: string;
  /** Edge of the training picture in pixels. */
  readonly resolution: number;
  /** Folder of the images: files within it are named relative to it. */
  readonly source?: string | undefined;
  /** How many tokens of a caption the text encoder ignores. */
  readonly droppedTokens?: ((caption: string) => number) | undefined;
  /** Samples that the training draws in all. */
  readonly samples?: number | undefined;
}

/** Words of prompts that name no one. */
const commonWords = new Set(
  'a an the of in on with and by illustration drawing painting photo picture image portrait render art style anime girl boy woman man person character 1girl 1boy solo'.split(
    ' ',
  ),
);

/** Words of a prompt by which it calls a character. */
function triggerWords(prompt: string): string[] {
  return prompt
    .toLowerCase()
    .split(/[^\p{L}\p{N}_-]+/u)
    .filter((word) => word !== '' && !commonWords.has(word));
}

const percent = (share: number): string => `${Math.round(100 * share)} %`;

/** `1 image`, `2 images`. */
const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

function countBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const item of items) counts[keyOf(item)] = (counts[keyOf(item)] ?? 0) + 1;
  return counts;
}

export function datasetReport(input: ReportInput): DatasetReport {
  const { manifest, source } = input;
  const byFile = new Map(input.shots.map((shot) => [shot.file, shot]));
  const used = manifest.shots.map((shot) => ({ ...shot, given: byFile.get(shot.file) }));
  const captionFiles = used.flatMap(({ given }) => (given?.captionFile?.caption ? [given.captionFile] : []));
  const visits = input.samples === undefined ? {} : { visits: input.samples / slots(manifest) };
  const nameOf = (file: string): string => (source === undefined ? basename(file) : relative(source, file) || file);
  return {
    images: used.length,
    formats: countBy(used, ({ format = 'unknown' }) => format),
    captions: {
      files: captionFiles.length,
      facts: used.filter(({ given }) => given?.caption !== undefined && !given.captionFile?.caption).length,
      generated: used.filter(({ given }) => given?.caption === undefined).length,
      encodings: countBy(captionFiles, ({ encoding = 'unknown' }) => encoding),
    },
    framings: countFramings(manifest.pictures),
    faces: countBy(used, ({ face }) => face?.source ?? 'none'),
    ...visits,
    notes: notesOf(input, used, nameOf),
  };
}

/** Training pictures of an epoch. */
const slots = ({ pictures }: Manifest): number => pictures.reduce((sum, { repeats = 1 }) => sum + repeats, 0);

type Used = Manifest['shots'][number] & { readonly given: FolderShot | undefined };

function notesOf(
  { manifest, shots, ignored, prompt, resolution, droppedTokens }: ReportInput,
  used: readonly Used[],
  nameOf: (file: string) => string,
): DatasetNote[] {
  const notes: DatasetNote[] = [];
  const note = (kind: DatasetNoteKind, files: readonly string[], message: (count: number) => string): void => {
    if (files.length > 0)
      notes.push({ kind, message: message(files.length), count: files.length, files: files.slice(0, 20) });
  };
  const captioned = shots.flatMap(({ captionFile }) => captionFile ?? []);
  note(
    'rejected',
    manifest.rejected.map(
      ({ file, error }) => `${nameOf(file)} (${error.message.replace(`${file} `, '').replace(/\.$/, '')})`,
    ),
    (count) => `${plural(count, 'image')} cannot be used.`,
  );
  note(
    'ignored',
    ignored.map(({ file, reason }) => `${nameOf(file)} (${reason})`),
    (count) => (count === 1 ? '1 file or folder is ignored.' : `${count} files and folders are ignored.`),
  );
  note(
    'duplicate',
    manifest.skipped.filter(({ reason }) => reason === 'duplicate').map(({ file }) => nameOf(file)),
    (count) => `${plural(count, 'image')} with the bytes and facts of another: each is used once.`,
  );
  note(
    'caption-encoding',
    captioned
      .filter(({ encoding }) => encoding !== undefined && !encoding.startsWith('utf-'))
      .map(({ file, encoding, caption = '' }) => `${nameOf(file)} (${encoding}: ${caption.slice(0, 40)})`),
    (count) =>
      `${plural(count, 'caption')} in an older encoding, which had to be guessed: check them, or save them as UTF-8.`,
  );
  note(
    'caption-unreadable',
    captioned.filter(({ encoding }) => encoding === undefined).map(({ file }) => nameOf(file)),
    (count) => `${plural(count, 'caption file')} without readable text: captions are generated instead.`,
  );
  note(
    'caption-lines',
    captioned.filter(({ unusedLines }) => unusedLines > 0).map(({ file }) => nameOf(file)),
    (count) =>
      `${plural(count, 'caption file')} with several lines: the first line is the caption, the others are ignored.`,
  );
  const dropped = new Map<string, number>();
  for (const { caption } of manifest.pictures) dropped.set(caption, droppedTokens?.(caption) ?? 0);
  const long = manifest.pictures.filter(({ caption }) => (dropped.get(caption) ?? 0) > 0);
  const longest = new Map<number, number>();
  for (const { shot, caption } of long) longest.set(shot, Math.max(longest.get(shot) ?? 0, dropped.get(caption) ?? 0));
  note(
    'caption-length',
    [...longest].map(([shot, count]) => `${nameOf(used[shot]?.file ?? '')} (${plural(count, 'token')} too many)`),
    (count) => `${plural(count, 'image')} with captions longer than 75 tokens: the text encoder ignores the rest.`,
  );
  const adjusted = new Set(
    manifest.pictures
      .filter(({ caption, shot }) => {
        const own = used[shot]?.given?.caption;
        return own !== undefined && !caption.startsWith(own);
      })
      .map(({ shot }) => shot),
  );
  note(
    'caption-framing',
    [...adjusted].map((shot) => nameOf(used[shot]?.file ?? '')),
    (count) =>
      `${plural(count, 'caption')} adjusted for closer crops: tags of what a crop does not show are left out there.`,
  );
  if (captioned.length > 0) {
    note(
      'caption-missing',
      used.filter(({ given }) => given?.caption === undefined).map(({ file }) => nameOf(file)),
      (count) => `${plural(count, 'image')} without a caption file: captions are generated from the prompt.`,
    );
  }
  const trigger = triggerWords(prompt);
  const captions = used.filter(({ given }) => given?.caption !== undefined);
  if (trigger.length > 0) {
    note(
      'caption-trigger',
      captions
        .filter(({ given }) => !trigger.some((word) => given?.caption?.toLowerCase().includes(word)))
        .map(({ file }) => nameOf(file)),
      (count) =>
        `${plural(count, 'caption')} without "${trigger.join(' ')}" of the prompt: that word will not call up these images.`,
    );
  }
  note(
    'no-face',
    used.filter(({ face }) => face === undefined).map(({ file }) => nameOf(file)),
    (count) => `No face was found in ${plural(count, 'image')}: there are no face and upper-body crops of them.`,
  );
  note(
    'small',
    manifest.pictures
      .filter(({ size }) => size < resolution / 2)
      .map(({ shot, framing, size }) => `${nameOf(used[shot]?.file ?? '')} (${framing}, ${size} pixels)`),
    (count) =>
      `${plural(count, 'crop')} enlarged more than twice to ${resolution} pixels: larger images would give sharper results.`,
  );
  note(
    'cropped',
    used
      .filter(({ lost = 0 }) => lost > 0)
      .map(({ file, lost = 0 }) => `${nameOf(file)} (${percent(lost)} is left out)`),
    (count) =>
      `${plural(count, 'opaque image')} cropped to a square. Make them square, or transparent, to keep all of them.`,
  );
  note(
    'padded',
    used.filter(({ padded }) => padded).map(({ file }) => nameOf(file)),
    (count) => `${plural(count, 'opaque image')} extended to a square by the colour of the border.`,
  );
  note(
    'see-through',
    used
      .filter(({ seeThrough = 0 }) => seeThrough > 0)
      .map(({ file, seeThrough = 0 }) => `${nameOf(file)} (${percent(seeThrough)})`),
    (count) =>
      `The background shows through parts of ${plural(count, 'image')}: half-transparent hair or cloth takes its colours.`,
  );
  note(
    'specks',
    used.filter(({ specks }) => specks).map(({ file, specks = 0 }) => `${nameOf(file)} (${plural(specks, 'pixel')})`),
    (count) => `${plural(count, 'image')} with specks or haze apart from the figure: the crops follow the figure.`,
  );
  note(
    'animation',
    used.filter(({ frames }) => frames > 1).map(({ file, frames }) => `${nameOf(file)} (${frames} frames)`),
    (count) => `${plural(count, 'animation')}: only the first frame is used.`,
  );
  return notes;
}
