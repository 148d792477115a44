/** @file Decodes images to straight 8-bit sRGB RGBA, or reports why that is impossible. */
import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import pLimit from 'p-limit';
import sharp from 'sharp';
import { LoraBridgeError } from '../errors/lora-bridge-error.js';
import type { RgbaPicture } from '../faces/rgba-picture.js';
import { visibleAlpha } from '../faces/silhouette.js';
import { imageKind } from './image-kind.js';

/** About 256 MB once decoded. */
const maxPixels = 64_000_000;
const maxBytes = 256 * 2 ** 20;
/** Shortest edge that is worth training on. */
const minEdge = 32;
const formats: readonly string[] = ['png', 'jpeg', 'webp', 'gif', 'tiff', 'avif'];

// A decoded image is large: at most two are in memory at a time.
const decodes = pLimit(2);

export interface Picture extends RgbaPicture {
  /** `png`, `jpeg`, `webp`, `gif`, `tiff` or `avif`. */
  readonly format: string;
  /** Whether any pixel is not fully opaque. */
  readonly alpha: boolean;
  /** Frames of an animation, of which this is the first; 1 for a still picture. */
  readonly frames: number;
}

/**
 * The bytes of a picture file and their sha256 (lower-case hexadecimal).
 * @throws LoraBridgeError `input.file.missing`, `input.picture.empty`, `input.picture.huge`
 */
export async function readPictureFile(file: string): Promise<{ bytes: Buffer; sha256: string }> {
  const { size } = await stat(file).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code !== 'ENOENT') throw cause;
    const hint = 'It was moved or deleted: restore it, or continue without it.';
    throw new LoraBridgeError('input.file.missing', `${file} does not exist.`, { file, hint, cause });
  });
  if (size === 0) {
    throw new LoraBridgeError('input.picture.empty', `${file} is empty.`, { file, hint: 'Save or copy it again.' });
  }
  if (size > maxBytes) {
    const hint = 'Save it smaller; 2048 pixels are enough to train on.';
    throw new LoraBridgeError('input.picture.huge', `${file} is larger than 256 MB.`, { file, hint });
  }
  const bytes = await readFile(file);
  return { bytes, sha256: createHash('sha256').update(bytes).digest('hex') };
}

/**
 * Decodes an image: EXIF rotation applied; 16-bit, greyscale and CMYK converted to 8-bit sRGB; of an animation, the first frame.
 * Waits while two others are being decoded.
 * @param file for messages only
 * @throws LoraBridgeError `input.picture.format`, `.huge`, `.small`, `.damaged` or `.transparent`
 */
export function decodePicture(bytes: Buffer, file: string): Promise<Picture> {
  return decodes(async () => {
    const { format, frames } = await checkHeader(bytes, file);
    const { data, info } = await sharp(bytes, { limitInputPixels: maxPixels, pages: 1 })
      .autoOrient()
      .toColourspace('srgb')
      .ensureAlpha()
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true })
      .catch((cause: unknown) => {
        throw damaged(file, cause);
      });
    const [least, most] = alphaRange(data);
    if (most < visibleAlpha) {
      const hint = 'Nothing is visible in it: check the camera and the scene.';
      throw new LoraBridgeError('input.picture.transparent', `${file} is fully transparent.`, { file, hint });
    }
    return { width: info.width, height: info.height, data, alpha: least < 255, format, frames };
  });
}

/** Checks format and size by the header alone. */
async function checkHeader(bytes: Buffer, file: string): Promise<Pick<Picture, 'format' | 'frames'>> {
  // No limit: only the header is read here, and the error below names the size.
  const header = await sharp(bytes, { limitInputPixels: false })
    .metadata()
    .catch((cause: unknown) => {
      const kind = imageKind(bytes, file);
      throw kind !== undefined && formats.includes(kind.toLowerCase())
        ? damaged(file, cause)
        : unreadable(file, kind, cause);
    });
  const format = header.format === 'heif' && header.compression === 'av1' ? 'avif' : header.format;
  if (!formats.includes(format)) throw unreadable(file, imageKind(bytes, file));
  // Values beyond 0 … 1 have no meaning without the exposure that they are to be shown with.
  if (header.depth === 'float' || header.depth === 'double') throw unreadable(file, 'floating-point TIFF');
  const { width } = header;
  const height = header.pageHeight ?? header.height;
  if (width * height > maxPixels) {
    const hint = 'Save it smaller; 2048 pixels are enough to train on.';
    const message = `${file} has ${width} × ${height} pixels; at most 64 million are allowed.`;
    throw new LoraBridgeError('input.picture.huge', message, { file, hint });
  }
  if (Math.min(width, height) < minEdge) {
    const hint = `Use images of at least ${minEdge} pixels, better 512 or more.`;
    throw new LoraBridgeError('input.picture.small', `${file} has only ${width} × ${height} pixels.`, { file, hint });
  }
  return { format, frames: header.pages ?? 1 };
}

function damaged(file: string, cause: unknown): LoraBridgeError {
  const hint = 'It may not be completely written or copied: save or copy it again.';
  return new LoraBridgeError('input.picture.damaged', `${file} is truncated or damaged.`, { file, hint, cause });
}

function unreadable(file: string, kind: string | undefined, cause?: unknown): LoraBridgeError {
  const message =
    kind === undefined
      ? `${file} is not an image.`
      : `${file} is ${/^[AEIO]/.test(kind) ? 'an' : 'a'} ${kind} image, which cannot be read.`;
  const hint = 'Convert it to PNG; JPEG, WebP, GIF, AVIF and TIFF can be read, too.';
  return new LoraBridgeError('input.picture.format', message, { file, hint, cause });
}

function alphaRange(data: Uint8Array): [least: number, most: number] {
  let [least, most] = [255, 0];
  for (let at = 3; at < data.length; at += 4) {
    const alpha = data[at] ?? 0;
    if (alpha < least) least = alpha;
    if (alpha > most) most = alpha;
  }
  return [least, most];
}
