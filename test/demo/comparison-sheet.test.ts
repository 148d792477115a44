/** @file Rows of images under their labels. */
import { expect, it } from 'vitest';
import { comparisonSheet } from '../../scripts/demo/comparison-sheet.js';
import type { Picture } from '../../src/sampling/picture.js';

const edge = 128;
const plain = (red: number): Picture => ({
  width: edge,
  height: edge,
  rgb: Uint8ClampedArray.from({ length: edge * edge * 3 }, (_, index) => (index % 3 === 0 ? red : 40)),
});
const redAt = ({ rgb, width }: Picture, x: number, y: number): number | undefined => rgb[(y * width + x) * 3];

it('has each row under its label', async () => {
  const sheet = await comparisonSheet([
    { label: 'before', pictures: [plain(10), plain(20)] },
    { label: 'after', pictures: [plain(30), plain(40)] },
  ]);
  expect([sheet.width, sheet.height]).toEqual([256, 2 * (20 + 128)]);
  expect([redAt(sheet, 0, 20), redAt(sheet, 255, 20), redAt(sheet, 0, 168), redAt(sheet, 255, 295)]).toEqual([
    10, 20, 30, 40,
  ]);
  const ink = (top: number): number =>
    sheet.rgb.subarray(top * 256 * 3, (top + 20) * 256 * 3).filter((value) => value < 128).length;
  expect(ink(0)).toBeGreaterThan(100);
  expect(ink(148)).toBeGreaterThan(100);
});
