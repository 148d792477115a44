/** @file The outline of a character, from the alpha channel. */
import type { Rectangle } from './rectangle.js';
import type { RgbaPicture } from './rgba-picture.js';

/** Alpha from which a pixel belongs to the character: renderers leave specks of 1 or 2 behind. */
export const visibleAlpha = 16;

export interface Silhouette {
  readonly bounds: Rectangle;
  /** Per row of the picture: first and last visible column, and how many are visible; first is the width where none is. */
  readonly first: Int32Array;
  readonly last: Int32Array;
  readonly count: Int32Array;
}

/** The silhouette of a picture, or undefined where nothing is visible. */
export function silhouetteOf({ width, height, data }: RgbaPicture): Silhouette | undefined {
  const first = new Int32Array(height).fill(width);
  const last = new Int32Array(height).fill(-1);
  const count = new Int32Array(height);
  for (let y = 0, at = 3; y < height; y += 1) {
    for (let x = 0; x < width; x += 1, at += 4) {
      if ((data[at] ?? 0) < visibleAlpha) continue;
      if (x < (first[y] ?? 0)) first[y] = x;
      last[y] = x;
      count[y] = (count[y] ?? 0) + 1;
    }
  }
  const top = count.findIndex((visible) => visible > 0);
  if (top === -1) return undefined;
  const bottom = count.findLastIndex((visible) => visible > 0);
  const columns = columnsOf({ first, last }, top, bottom + 1);
  return { bounds: { ...columns, y: top, height: bottom + 1 - top }, first, last, count };
}

/** The visible columns in the rows from `top` up to, not including, `bottom`. */
export function columnsOf(
  { first, last }: Pick<Silhouette, 'first' | 'last'>,
  top: number,
  bottom: number,
): { x: number; width: number } {
  let [left, right] = [Number.MAX_SAFE_INTEGER, -1];
  for (let y = Math.max(0, Math.floor(top)); y < Math.min(first.length, bottom); y += 1) {
    left = Math.min(left, first[y] ?? left);
    right = Math.max(right, last[y] ?? right);
  }
  return { x: Math.min(left, right), width: Math.max(1, right - left + 1) };
}
