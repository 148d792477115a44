/** @file Contact sheets: where each image is placed, and the files that they are written to. */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { contactSheet } from '../../src/sampling/contact-sheet.js';
import { type Picture, pictureOf } from '../../src/sampling/picture.js';
import { writePicture, writePictureInto } from '../../src/sampling/picture-file.js';

const plain = (red: number, width = 32, height = 24): Picture => ({
  width,
  height,
  rgb: Uint8ClampedArray.from({ length: width * height * 3 }, (_, index) => (index % 3 === 0 ? red : 40)),
});
const redAt = ({ rgb, width }: Picture, x: number, y: number): number | undefined => rgb[(y * width + x) * 3];

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sheet-'));
});
afterEach(async () => rm(folder, { recursive: true }));

describe('a contact sheet', () => {
  it('shows six pictures as two rows of three', () => {
    const sheet = contactSheet([10, 20, 30, 40, 50, 60].map((red) => plain(red)));
    expect([sheet.width, sheet.height]).toEqual([96, 48]);
    expect([0, 32, 64].map((x) => redAt(sheet, x, 0))).toEqual([10, 20, 30]);
    expect([31, 63, 95].map((x) => redAt(sheet, x, 47))).toEqual([40, 50, 60]);
  });

  it.each([
    [1, 1, 1],
    [2, 2, 1],
    [4, 2, 2],
    [5, 3, 2],
    [12, 4, 3],
  ])('of %i pictures has %i columns and %i rows', (count, columns, rows) => {
    const sheet = contactSheet(Array.from({ length: count }, () => plain(9)));
    expect([sheet.width, sheet.height]).toEqual([columns * 32, rows * 24]);
  });
});

describe('a picture file', () => {
  it('is lossless as PNG, and close to the original as JPEG', async () => {
    const pixels = Float32Array.from({ length: 3 * 32 * 24 }, (_, index) => Math.sin(index / 300));
    const picture = pictureOf(pixels, 32, 24);
    for (const [name, tolerance] of [
      ['a.png', 0],
      ['a.jpg', 24],
    ] as const) {
      await writePicture(join(folder, name), picture);
      const { data, info } = await sharp(join(folder, name)).raw().toBuffer({ resolveWithObject: true });
      expect([info.width, info.height, info.channels]).toEqual([32, 24, 3]);
      const differences = picture.rgb.map((value, index) => Math.abs(value - (data[index] ?? 999)));
      expect(Math.max(...differences)).toBeLessThanOrEqual(tolerance);
    }
    expect((await readdir(folder)).sort()).toEqual(['a.jpg', 'a.png']);
  });

  it('is named by its seed in a folder', async () => {
    const file = await writePictureInto(join(folder, 'new', 'place'), { ...plain(1), seed: 1025 });
    expect(file).toBe(join(folder, 'new', 'place', 'seed-1025.png'));
    expect((await sharp(file).metadata()).format).toBe('png');
  });

  it('cannot have another format', async () => {
    await expect(writePicture(join(folder, 'a.gif'), plain(1))).rejects.toMatchObject({ code: 'input.option.invalid' });
    expect(await readdir(folder)).toEqual([]);
  });
});

it('clamps and rounds pixels as diffusers does', () => {
  const { rgb } = pictureOf(Float32Array.of(-2, 2, 0, 0, -1, 1), 2, 1);
  expect([...rgb]).toEqual([0, 128, 0, 255, 128, 255]);
});
