import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import {
  centralPixels,
  characterPixels,
  type Palette,
  paletteDistance,
  paletteOf,
} from '../../scripts/demo/palette.js';

const black = { lab: [0, 0, 0] as [number, number, number], share: 1 };
const white = { lab: [100, 0, 0] as [number, number, number], share: 1 };
const half = (colour: typeof black) => ({ ...colour, share: 0.5 });

test.each<[string, Palette, Palette, number]>([
  ['nothing moves', [half(black), half(white)], [half(white), half(black)], 0],
  ['all of it moves', [black], [white], 100],
  ['half of it moves', [black], [half(black), half(white)], 50],
  [
    'each goes the shorter way',
    [half(black), half(white)],
    [
      { lab: [10, 0, 0], share: 0.5 },
      { lab: [90, 0, 0], share: 0.5 },
    ],
    10,
  ],
])('%s', (_, from, to, distance) => {
  expect(paletteDistance(from, to)).toBeCloseTo(distance, 6);
  expect(paletteDistance(to, from)).toBeCloseTo(distance, 6);
});

test('a capture counts without its transparent pixels, a generated picture without its margin', async () => {
  const godette = fileURLToPath(new URL('../characters/godette/', import.meta.url));
  const capture = join(godette, 'stand_full_yaw0.png');
  const pixels = await characterPixels(capture);
  const { data } = await sharp(capture).extractChannel('alpha').raw().toBuffer({ resolveWithObject: true });
  const opaque = data.filter((alpha) => alpha >= 128).length;
  expect(Math.abs(pixels.length * 7 - opaque)).toBeLessThan(0.01 * opaque);

  const framed = join(mkdtempSync(join(tmpdir(), 'palette-')), 'framed.png');
  const inner = await sharp({ create: { width: 60, height: 60, channels: 3, background: '#f00' } })
    .png()
    .toBuffer();
  await sharp({ create: { width: 100, height: 100, channels: 3, background: '#00f' } })
    .composite([{ input: inner, left: 20, top: 20 }])
    .toFile(framed);
  const central = await centralPixels(framed);
  expect(central).toHaveLength(3600);
  // sRGB red in CIE Lab under D65.
  for (const [lightness, a, b] of [central[0] ?? [], central.at(-1) ?? []]) {
    expect([lightness, a, b].map((value) => Math.round(value ?? 0))).toEqual([53, 80, 67]);
  }
});

test('two halves of one character are closer than two characters', async () => {
  const folder = (name: string) => fileURLToPath(new URL(`../characters/${name}/`, import.meta.url));
  const palette = async (name: string, file: string) => paletteOf(await characterPixels(join(folder(name), file)));
  const godette = await palette('godette', 'stand_full_yaw0.png');
  const same = paletteDistance(godette, await palette('godette', 'walk_full_yaw0.png'));
  const other = paletteDistance(godette, await palette('control', 'stand_full_yaw0.png'));
  expect(same).toBeLessThan(10);
  expect(other).toBeGreaterThan(3 * same);
});
