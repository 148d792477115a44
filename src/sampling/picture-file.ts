/** @file Writes generated images to files: lossless `.png`, or `.jpg` with quality 90. Files appear only when complete. */
import { mkdir } from 'node:fs/promises';
import { extname, join } from 'node:path';
import sharp from 'sharp';
import { LoraBridgeError } from '../errors/lora-bridge-error.js';
import { writeAtomically } from '../files/atomic.js';
import type { Picture } from './picture.js';
import type { SeededPicture } from './text-to-image.js';

/**
 * Checks the name of an image file before anything is generated.
 * @throws LoraBridgeError `input.option.invalid` for an extension other than `.png`, `.jpg` or `.jpeg`
 */
export function checkPictureName(file: string): void {
  if (/\.(png|jpe?g)$/i.test(file)) return;
  throw new LoraBridgeError('input.option.invalid', `Images cannot be written to ${file}: unknown format.`, {
    file,
    hint: 'Give a name that ends in .png or .jpg, or a folder that ends in /.',
  });
}

/**
 * Writes an image in the format of the file's extension. The folder must exist.
 * @throws as `checkPictureName` does, and the file system's own errors
 */
export async function writePicture(file: string, { width, height, rgb }: Picture): Promise<void> {
  checkPictureName(file);
  const image = sharp(rgb, { raw: { width, height, channels: 3 } });
  const isPng = extname(file).toLowerCase() === '.png';
  // JPEG's usual chroma subsampling blurs the outlines of small images.
  const encoded = isPng ? image.png() : image.jpeg({ quality: 90, chromaSubsampling: '4:4:4' });
  await writeAtomically(file, await encoded.toBuffer());
}

/** Writes an image to `seed-SEED.png` in a folder, which is created if necessary. Returns the file's path. */
export async function writePictureInto(folder: string, picture: SeededPicture): Promise<string> {
  await mkdir(folder, { recursive: true });
  const file = join(folder, `seed-${picture.seed}.png`);
  await writePicture(file, picture);
  return file;
}
