/** @file Generates the pictures by which a LoRA is judged, and measures how far their colours are from the captures'. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import type { Picture } from '../../src/sampling/picture.js';
import { writePicture } from '../../src/sampling/picture-file.js';
import { run } from './command.js';
import { comparisonSheet } from './comparison-sheet.js';
import { centralPixels, characterPixels, type Palette, paletteDistance, paletteOf } from './palette.js';

export const prompt = 'an illustration of a sks girl';
/** Of these, how many stand on the sheet. */
const shown = 6;

export interface PaintOptions {
  /** A LoRA's file; without one the base model is used alone. */
  readonly lora: string | undefined;
  /** Default: the command's own. */
  readonly device?: string;
  /** How many, from seed 1024 on. */
  readonly count: number;
}

/** The arguments of the `generate` command, which writes into `folder`. */
export function generateArguments(folder: string, { lora, device, count }: PaintOptions): string[] {
  const what = [...(lora === undefined ? [] : ['--lora', lora]), ...(device === undefined ? [] : ['--device', device])];
  const how = ['--steps', '20', '--seed', '1024', '--count', String(count)];
  return ['generate', '--base', 'pocket', ...what, '--prompt', prompt, ...how, '--out', `${folder}/`];
}

const picturesIn = async (folder: string): Promise<string[]> =>
  (await readdir(folder))
    .filter((name) => name.endsWith('.png'))
    .sort()
    .map((name) => join(folder, name));

/** Generates pictures and returns the palette of their middle. */
export async function generatedPalette(
  folder: string,
  options: PaintOptions,
  home: string,
  quiet: boolean,
): Promise<Palette> {
  await run(generateArguments(folder, options), home, quiet);
  const pixels = await Promise.all((await picturesIn(folder)).map(centralPixels));
  return paletteOf(pixels.flat());
}

export interface CapturePalette {
  readonly palette: Palette;
  /** Distance between the palettes of every second capture and of the others: a smaller difference is not significant. */
  readonly floor: number;
}

/** The palette of the character itself. */
export async function capturePalette(files: readonly string[]): Promise<CapturePalette> {
  const pixels = await Promise.all(files.map(characterPixels));
  const half = (parity: number): Palette => paletteOf(pixels.filter((_, index) => index % 2 === parity).flat());
  return { palette: paletteOf(pixels.flat()), floor: paletteDistance(half(0), half(1)) };
}

async function readPicture(file: string): Promise<Picture> {
  const { data, info } = await sharp(file).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, rgb: new Uint8ClampedArray(data) };
}

/** Writes the same prompts and seeds without and with the LoRA, one row each. */
export async function writeBeforeAfter(file: string, before: string, after: string): Promise<void> {
  const row = async (label: string, folder: string) => ({
    label,
    pictures: await Promise.all((await picturesIn(folder)).slice(0, shown).map(readPicture)),
  });
  await writePicture(file, await comparisonSheet([await row('base model', before), await row('with the LoRA', after)]));
}
