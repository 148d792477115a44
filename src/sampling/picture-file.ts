/** @file Writes generated images to files: `.png` without loss, `.jpg` by quality 90. A file is whole or not there. */
import { mkdir } from 'node:fs/promises';
import { extname, join } from 'node:path';
import sharp from 'sharp';
import { LoraBridgeError } from '../errors/lora-bridge-error.js';
import { writeAtomically } from '../files/atomic.js';
import type { Picture } from './picture.js';
import type { SeededPicture } from './text-to-image.js';

/** Throws `input.option.invalid` for another ending than `.png`, `.jpg` or `.jpeg`: better before generating than after. */
export function checkPictureName(file: string): void {
  if (/\.(png|jpe?g)$/i.test(file)) return;
  throw new LoraBridgeError('input.option.invalid', `Images cannot be written to ${file}: unknown format.`, {
    file,
    hint: 'Give a name that ends in .png or .jpg, or a folder that ends in /.',
  });
}

/**
 * Writes a picture in the format that the file's name asks for. The folder must exist.
 * Throws as `checkPictureName` does, and the file system's own errors.
 */
export async function writePicture(file: string, { width, height, rgb }: Picture): Promise<void> {
  checkPictureName(file);
  const image = sharp(rgb, { raw: { width, height, channels: 3 } });
  const isPng = extname(file).toLowerCase() === '.png';
  // The usual halved colour resolution of JPEG smears the outlines of small pictures.
  const encoded = isPng ? image.png() : image.jpeg({ quality: 90, chromaSubsampling: '4:4:4' });
  await writeAtomically(file, await encoded.toBuffer());
}

/** Writes a picture into a folder, which is made if need be, under its seed's name. Returns the file's path. */
export async function writePictureInto(folder: string, picture: SeededPicture): Promise<string> {
  await mkdir(folder, { recursive: true });
  const file = join(folder, `seed-${picture.seed}.png`);
  await writePicture(file, picture);
  return file;
}
