/**
 * @file Prepares a dataset from shots: crops with captions next to them, and the manifest that lists them.
 * The manifest is written last and atomically, and crops are only added, never changed: a reader always finds a complete dataset,
 * even while the folder is prepared again or after a crash.
 */

import { mkdir, readdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { ErrorReport } from '../errors/error-report.js';
import { asLoraBridgeError, LoraBridgeError } from '../errors/lora-bridge-error.js';
import { writeAtomically } from '../files/atomic.js';
import type { DatasetReport } from '../protocol/dataset-report.js';
import { captionOf } from './caption.js';
import type { FolderShot } from './folder.js';
import type { Ignored } from './folder-listing.js';
import type { Manifest } from './manifest.js';
import { readPictureFile } from './picture.js';
import { datasetReport } from './report.js';
import type { Framing } from './shot.js';
import { makeShotCrops, recordFile } from './shot-crops.js';

export interface PrepareOptions {
  readonly shots: readonly FolderShot[];
  /** Files of the folder that are no shots, for the report. */
  readonly ignored?: readonly Ignored[];
  /** The folder that the shots were looked for in, for messages; absent for shots that an editor sent. */
  readonly source?: string;
  /** Every generated caption begins with it. */
  readonly prompt: string;
  /** Folder of the dataset. */
  readonly out: string;
  readonly framings: readonly Framing[];
  /** Edge of the training picture in pixels; crops are kept at up to twice that. */
  readonly resolution: number;
  /** How many tokens of a caption the text encoder ignores, for the report. */
  readonly droppedTokens?: (caption: string) => number;
  /** Samples that the training will draw, for the report. */
  readonly samples?: number | undefined;
  readonly signal?: AbortSignal;
  readonly onProgress?: (stage: 'faces' | 'dataset', done: number, total: number) => void;
  readonly onRejected?: (file: string, error: ErrorReport) => void;
}

export interface PreparedDataset {
  /** Path of `manifest.json`. */
  readonly file: string;
  readonly manifest: Manifest;
  /** Also in `report.json`. */
  readonly report: DatasetReport;
}

/**
 * Prepares a dataset in `out`. A shot that cannot be used is reported and skipped; one that has not changed since last time
 * is not cropped again. One shot at a time is in memory.
 * @throws LoraBridgeError `input.dataset.empty` when nothing is left, `resource.disk.full`; the signal's reason when aborted
 */
export async function prepare(options: PrepareOptions): Promise<PreparedDataset> {
  const { shots, prompt, out, framings, resolution } = options;
  const manifest: Manifest = { version: 1, prompt, shots: [], pictures: [], skipped: [], rejected: [] };
  if (shots.length === 0) throw emptyDataset(options, manifest);
  await mkdir(join(out, 'pictures'), { recursive: true });
  await mkdir(join(out, 'shots'), { recursive: true });
  const records = new Set<string>();
  const seen = new Set<string>();

  for (const [index, shot] of shots.entries()) {
    options.signal?.throwIfAborted();
    const { file, name } = shot;
    const onFace = (): void => options.onProgress?.('faces', index + 1, shots.length);
    try {
      const { bytes, sha256 } = await readPictureFile(file);
      // The same image with another caption is another sample.
      const content = `${sha256} ${factsOf(shot)}`;
      if (seen.has(content)) {
        manifest.skipped.push({ file, reason: 'duplicate' });
        onFace();
      } else {
        seen.add(content);
        const request = { shot, bytes, sha256, framings, resolution, out, onFace };
        const made = await makeShotCrops(request);
        records.add(basename(recordFile(request)));
        for (const { derived, known, ...picture } of made.pictures) {
          const caption = captionOf(shot, shot.words ?? prompt, { framing: picture.framing, derived, known });
          const repeats = shot.repeats === undefined ? {} : { repeats: shot.repeats };
          manifest.pictures.push({ ...picture, caption, shot: manifest.shots.length, ...repeats });
        }
        manifest.skipped.push(...made.skipped.map((skipped) => ({ file, ...skipped })));
        manifest.shots.push({ file, name, sha256, ...made.shot });
      }
    } catch (error) {
      const known = asLoraBridgeError(error);
      if (!isAboutPicture(known, file)) throw error;
      manifest.rejected.push({ file, error: known.toReport() });
      options.onRejected?.(file, known.toReport());
      onFace();
    }
    options.onProgress?.('dataset', index + 1, shots.length);
  }

  if (manifest.pictures.length === 0) throw emptyDataset(options, manifest);
  options.signal?.throwIfAborted();
  await writeCaptions(manifest, out);
  const file = join(out, 'manifest.json');
  await writeAtomically(file, `${JSON.stringify(manifest, undefined, 1)}\n`);
  const report = datasetReport({ ignored: [], ...options, manifest });
  await writeAtomically(join(out, 'report.json'), `${JSON.stringify(report, undefined, 1)}\n`);
  await removeOthers(join(out, 'shots'), records);
  const kept = manifest.pictures.map((picture) => basename(picture.file));
  await removeOthers(join(out, 'pictures'), new Set(kept.flatMap((picture) => [picture, captionFileOf(picture)])));
  return { file, manifest, report };
}

/** What is known about a shot besides where it comes from. */
function factsOf({ file: _, name: __, captionFile: ___, ...facts }: FolderShot): string {
  return JSON.stringify(facts);
}

/** Whether an error concerns one image only: the image itself, or a file that is missing or unreadable. */
function isAboutPicture(error: LoraBridgeError, file: string): boolean {
  return error.code.startsWith('input.picture.') || (error.code.startsWith('input.file.') && error.file === file);
}

function emptyDataset({ shots, source, out }: PrepareOptions, { rejected }: Manifest): LoraBridgeError {
  const first = rejected[0]?.error;
  const message =
    shots.length === 0
      ? `There are no images to train on${source === undefined ? '' : ` in ${source}`}.`
      : `None of the ${shots.length} images can be used${first === undefined ? '.' : `: ${first.message}`}`;
  const hint = 'Give at least one PNG, JPEG, WebP, GIF, AVIF or TIFF image, and the framings that it can show.';
  return new LoraBridgeError('input.dataset.empty', message, { file: first?.file ?? source ?? out, hint });
}

function captionFileOf(picture: string): string {
  return picture.replace(/\.png$/, '.txt');
}

/** Caption files are for people and other trainers; ours reads the manifest. */
async function writeCaptions(manifest: Manifest, out: string): Promise<void> {
  for (const { file, caption } of manifest.pictures) {
    await writeAtomically(join(out, captionFileOf(file)), `${caption}\n`);
  }
}

/** Names of files that `prepare` writes: nothing else in the folder is ever removed. */
const ourFile = /(-(full|upper|face|hand)-[0-9a-f]{8}\.(png|txt)|^[0-9a-f]{16}\.json|\.[0-9a-f]{8}\.tmp)$/;

async function removeOthers(folder: string, kept: ReadonlySet<string>): Promise<void> {
  for (const name of await readdir(folder)) {
    if (ourFile.test(name) && !kept.has(name)) await rm(join(folder, name), { force: true });
  }
}
