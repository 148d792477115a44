/** @file Resampling against Pillow, and what a variant may and may not change. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp, { type Sharp } from 'sharp';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { resample } from '../../src/dataset/resample.js';
import { cutSidesOf, renderVariant, type VariantOptions } from '../../src/dataset/variant.js';
import type { RgbaPicture } from '../../src/faces/rgba-picture.js';

const goldenWindows = z.object({ size: z.int(), windows: z.array(z.tuple([z.number(), z.number(), z.number()])) });

async function rawPicture(pipeline: Sharp): Promise<RgbaPicture> {
  const { data, info } = await pipeline.ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data };
}

/** A white disc on transparent black: the hidden colour is what makes dark fringes. */
const disc = (edge = 96) =>
  rawPicture(
    sharp(
      Buffer.from(
        `<svg xmlns="http://www.w3.org/2000/svg" width="${edge}" height="${edge}"><circle cx="50%" cy="50%" r="30%" fill="#fff"/></svg>`,
      ),
    ),
  );

const source = (picture: RgbaPicture, key = 'key') => ({ picture, cut: cutSidesOf(picture), key });
const options: VariantOptions = { resolution: 48, seed: 7, background: 'random', flip: false };

describe('resample', () => {
  test('gives what Pillow gives, at fractions of a pixel, within rounding', async () => {
    const golden = fileURLToPath(new URL('../goldens/resample/', import.meta.url));
    const { size, windows } = goldenWindows.parse(JSON.parse(await readFile(join(golden, 'windows.json'), 'utf8')));
    const picture = await rawPicture(sharp(join(golden, 'picture.png')));
    for (const [number, [x, y, side]] of windows.entries()) {
      const expected = await rawPicture(sharp(join(golden, `window-${number}.png`)));
      const planes = resample(picture, { x, y, side }, size);
      const worst = expected.data.reduce((difference, value, at) => {
        const ours = (planes[(at % 4) * size * size + Math.floor(at / 4)] ?? 0) * 255;
        return Math.max(difference, Math.abs(ours - value));
      }, 0);
      expect(worst, `window ${number}`).toBeLessThan(0.52);
    }
  });

  test('a window of the same size is the picture itself, premultiplied', async () => {
    const picture = await disc();
    const planes = resample(picture, { x: 0, y: 0, side: 96 }, 96);
    const area = 96 * 96;
    for (let at = 0; at < area; at += 1) {
      const alpha = (picture.data[at * 4 + 3] ?? 0) / 255;
      expect(planes[3 * area + at]).toBeCloseTo(alpha, 5);
      expect(planes[at]).toBeCloseTo(((picture.data[at * 4] ?? 0) / 255) * alpha, 5);
    }
  });

  test('beyond the edges everything is transparent', async () => {
    const opaque = await rawPicture(sharp({ create: { width: 10, height: 10, channels: 3, background: '#fff' } }));
    const planes = resample(opaque, { x: -10, y: 0, side: 20 }, 20);
    expect(planes[3 * 400 + 5]).toBe(0);
    expect(planes[3 * 400 + 15]).toBeCloseTo(1, 5);
    expect(planes[3 * 400 + 19 * 20 + 15]).toBe(0);
    expect(resample(opaque, { x: 50, y: 50, side: 20 }, 20).every((value) => value === 0)).toBe(true);
  });
});

describe('renderVariant', () => {
  test('the same seed, key and index give the same bytes; any other gives others', async () => {
    const picture = await disc();
    const first = renderVariant(source(picture), 0, options);
    expect(renderVariant(source(picture), 0, options)).toEqual(first);
    expect(renderVariant(source(picture), 1, options).pixels).not.toEqual(first.pixels);
    expect(renderVariant(source(picture, 'other'), 0, options).pixels).not.toEqual(first.pixels);
    expect(renderVariant(source(picture), 0, { ...options, seed: 8 }).pixels).not.toEqual(first.pixels);
  });

  test('pixels are −1..1, the mask is 0..1, and every index has another background', async () => {
    const picture = await disc();
    const corners = new Set<string>();
    for (let index = 0; index < 16; index += 1) {
      const { pixels, mask } = renderVariant(source(picture), index, options);
      expect(pixels).toHaveLength(3 * 48 * 48);
      expect(Math.min(...pixels)).toBeGreaterThanOrEqual(-1.00001);
      expect(Math.max(...pixels)).toBeLessThanOrEqual(1.00001);
      expect([Math.min(...mask), Math.max(...mask)]).toEqual([0, 1]);
      corners.add([0, 1, 2].map((channel) => pixels[channel * 48 * 48]?.toFixed(2)).join());
    }
    expect(corners.size).toBeGreaterThan(8);
  });

  test('a white figure before white leaves no dark fringe', async () => {
    const { pixels } = renderVariant(source(await disc()), 0, { ...options, background: 'white' });
    expect(Math.min(...pixels)).toBeGreaterThan(0.999);
  });

  test('a fixed background neither zooms nor shifts, whatever the seed', async () => {
    const picture = await disc();
    const fixed = { ...options, background: '#ff8000' };
    const variant = renderVariant(source(picture), 0, fixed);
    expect(renderVariant(source(picture), 5, { ...fixed, seed: 99 })).toEqual(variant);
    expect(variant.mask).toEqual(resample(picture, { x: 0, y: 0, side: 96 }, 48).subarray(3 * 48 * 48));
    expect([0, 1, 2].map((channel) => variant.pixels[channel * 48 * 48])).toEqual([
      1,
      expect.closeTo(2 * (128 / 255) - 1, 5),
      -1,
    ]);
  });

  test('with flips, every second variant is mirrored', async () => {
    const half = await rawPicture(
      sharp({ create: { width: 64, height: 64, channels: 4, background: '#00000000' } }).composite([
        { input: { create: { width: 20, height: 64, channels: 4, background: '#00f' } }, left: 0, top: 0 },
      ]),
    );
    const fixed = { resolution: 64, seed: 0, background: 'white', flip: true };
    const [plain, mirrored] = [0, 1].map((index) => renderVariant(source(half), index, fixed).mask);
    expect([plain?.[0], plain?.[63], mirrored?.[0], mirrored?.[63]]).toEqual([1, 0, 0, 1]);
  });

  test('a side on which the figure is cut off never comes into view', async () => {
    const cutBelow = await rawPicture(
      sharp({ create: { width: 80, height: 80, channels: 4, background: '#00000000' } }).composite([
        { input: { create: { width: 30, height: 40, channels: 4, background: '#f00' } }, left: 25, top: 40 },
      ]),
    );
    expect(cutSidesOf(cutBelow)).toEqual({ left: false, top: false, right: false, bottom: true });
    const opaque = await rawPicture(sharp({ create: { width: 80, height: 80, channels: 3, background: '#f00' } }));
    for (let index = 0; index < 64; index += 1) {
      const { mask } = renderVariant(source(cutBelow), index, options);
      expect(mask[47 * 48 + 24], `variant ${index}`).toBeGreaterThan(0.999);
      expect(Math.min(...renderVariant(source(opaque), index, options).mask)).toBeGreaterThan(0.999);
    }
  });
});
