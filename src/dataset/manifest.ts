/** @file `manifest.json`: the contents of a prepared dataset, and the only file of it that a trainer reads. */

import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { errorReport } from '../errors/error-report.js';
import { LoraBridgeError } from '../errors/lora-bridge-error.js';
import { rectangle } from '../faces/rectangle.js';
import { face, framing } from '../protocol/shot.js';

/** One training picture: a square crop of a shot. */
export const manifestPicture = z.strictObject({
  /** Path relative to the manifest's folder, with `/`: an RGBA PNG with straight alpha. Its caption is next to it as `.txt`. */
  file: z.string(),
  caption: z.string(),
  framing,
  /** Edge of the square in pixels. */
  size: z.int().positive(),
  /** Whether anything in it is transparent. */
  alpha: z.boolean(),
  /** Where it was cut from the shot, in the shot's pixels; may reach beyond a transparent shot's edges. */
  crop: rectangle,
  /** Content key: equal keys mean equal pixels. */
  key: z.string(),
  /** Index into `shots`. */
  shot: z.int().min(0),
  /** How often an epoch has it; 1 by default. */
  repeats: z.int().min(2).optional(),
});

export const manifestShot = z.strictObject({
  file: z.string(),
  name: z.string(),
  sha256: z.string(),
  width: z.int().positive(),
  height: z.int().positive(),
  alpha: z.boolean(),
  /** `png`, `jpeg` …; absent in manifests of earlier versions. */
  format: z.string().optional(),
  /** Frames of an animation, of which the first is used; 1 for a still picture. */
  frames: z.int().positive(),
  /** Share of the visible pixels through which the background shows, soft edges not counted, 0..1; absent where there are none. */
  seeThrough: z.number().optional(),
  /** Visible pixels that are not taken for the figure: specks and haze; absent where there are none. */
  specks: z.int().positive().optional(),
  /** Share of an opaque image that its whole crop leaves out, 0..1; absent where nothing is left out. */
  lost: z.number().optional(),
  /** An opaque image was extended to a square by the colour of its border. */
  padded: z.literal(true).optional(),
  /** The head or face; absent if none was found. */
  face: face.optional(),
});

/**
 * `duplicate`: the same bytes as an earlier shot. `face unknown`: no face was found. `too few pixels`: the
 * part is too small in the shot to train on. `nothing visible`: a rectangle with only transparent pixels in it.
 */
export const skipReason = z.enum(['duplicate', 'face unknown', 'too few pixels', 'nothing visible']);

export const manifest = z.strictObject({
  version: z.literal(1),
  prompt: z.string(),
  shots: z.array(manifestShot),
  pictures: z.array(manifestPicture).min(1),
  /** Shots, or framings of a shot, that were skipped although the image is valid. */
  skipped: z.array(
    z.strictObject({
      file: z.string(),
      framing: framing.optional(),
      reason: skipReason,
    }),
  ),
  rejected: z.array(z.strictObject({ file: z.string(), error: errorReport })),
});

export type ManifestPicture = z.output<typeof manifestPicture>;
export type ManifestShot = z.output<typeof manifestShot>;
export type Manifest = z.output<typeof manifest>;

/** Reads a manifest. @throws LoraBridgeError `input.dataset.broken` if the file is not one */
export async function readManifest(file: string): Promise<Manifest> {
  const text = await readFile(file, 'utf8');
  try {
    return manifest.parse(JSON.parse(text));
  } catch (cause) {
    const hint = 'Prepare the dataset again with `lora-bridge prepare`.';
    throw new LoraBridgeError('input.dataset.broken', `${file} is not the manifest of a dataset.`, {
      file,
      hint,
      cause,
    });
  }
}

/** The number of images per framing. */
export function countFramings(pictures: readonly ManifestPicture[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { framing } of pictures) counts[framing] = (counts[framing] ?? 0) + 1;
  return counts;
}
