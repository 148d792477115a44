/** @file The silhouette of a character, from the alpha channel. */
import type { Rectangle } from './rectangle.js';
import type { RgbaPicture } from './rgba-picture.js';

/** Alpha from which a pixel is visible: renderers leave specks of 1 or 2 behind. */
export const visibleAlpha = 16;

/** Alpha from which a pixel belongs to the figure, if anything is solid: fainter ones are haze, shadow or glow around it. */
const figureAlpha = 64;

/** Parts with fewer pixels than this share of the largest are specks, not the figure. */
const leastPart = 0.005;

/** Edges of the grid on which connected parts are found, in cells. */
const gridCells = 256;

export interface Silhouette {
  readonly bounds: Rectangle;
  /** Per row of the image: first and last visible column, and how many are visible; `first` is the width where none is. */
  readonly first: Int32Array;
  readonly last: Int32Array;
  readonly count: Int32Array;
  /** Pixels beyond the bounds that are visible and were left out: specks and haze. */
  readonly leftOut: number;
}

/** The silhouette of a picture, or undefined where nothing is visible. Specks and faint haze are left out. */
export function silhouetteOf(picture: RgbaPicture): Silhouette | undefined {
  const { width, height, data } = picture;
  const least = leastAlpha(data);
  if (least === undefined) return undefined;
  const isFigure = figureCells(picture, least);
  const first = new Int32Array(height).fill(width);
  const last = new Int32Array(height).fill(-1);
  const count = new Int32Array(height);
  for (let y = 0, at = 3; y < height; y += 1) {
    for (let x = 0; x < width; x += 1, at += 4) {
      if ((data[at] ?? 0) < least || !isFigure(x, y)) continue;
      if (x < (first[y] ?? 0)) first[y] = x;
      last[y] = x;
      count[y] = (count[y] ?? 0) + 1;
    }
  }
  const top = count.findIndex((visible) => visible > 0);
  const bottom = count.findLastIndex((visible) => visible > 0);
  const columns = columnsOf({ first, last }, top, bottom + 1);
  const bounds = { ...columns, y: top, height: bottom + 1 - top };
  return { bounds, first, last, count, leftOut: visibleBeyond(picture, bounds) };
}

/** The alpha that counts in a picture; undefined where nothing is visible. */
function leastAlpha(data: Uint8Array): number | undefined {
  let most = 0;
  for (let at = 3; at < data.length; at += 4) most = Math.max(most, data[at] ?? 0);
  if (most < visibleAlpha) return undefined;
  return most >= 2 * figureAlpha ? figureAlpha : visibleAlpha;
}

/** Whether a pixel lies in a connected part that is large enough; parts are found on a coarse grid. */
function figureCells({ width, height, data }: RgbaPicture, least: number): (x: number, y: number) => boolean {
  const cell = Math.max(1, Math.ceil(Math.max(width, height) / gridCells));
  const [columns, rows] = [Math.ceil(width / cell), Math.ceil(height / cell)];
  const pixels = new Int32Array(columns * rows);
  for (let y = 0, at = 3; y < height; y += 1) {
    for (let x = 0; x < width; x += 1, at += 4) {
      if ((data[at] ?? 0) < least) continue;
      const index = Math.floor(y / cell) * columns + Math.floor(x / cell);
      pixels[index] = (pixels[index] ?? 0) + 1;
    }
  }
  const partOf = new Int32Array(columns * rows);
  const sizes = [0];
  for (let start = 0; start < pixels.length; start += 1) {
    if (pixels[start] === 0 || partOf[start] !== 0) continue;
    sizes.push(fillPart(pixels, partOf, columns, start, sizes.length));
  }
  const largest = sizes.reduce((most, size) => Math.max(most, size), 0);
  return (x, y) => {
    const part = partOf[Math.floor(y / cell) * columns + Math.floor(x / cell)] ?? 0;
    return (sizes[part] ?? 0) >= leastPart * largest;
  };
}

/** Gives the number `part` to all cells connected with `start`, also diagonally. Returns how many pixels they have. */
function fillPart(pixels: Int32Array, partOf: Int32Array, columns: number, start: number, part: number): number {
  const pending = [start];
  partOf[start] = part;
  let size = 0;
  for (let cell = pending.pop(); cell !== undefined; cell = pending.pop()) {
    size += pixels[cell] ?? 0;
    const column = cell % columns;
    for (let dx = column === 0 ? 0 : -1; dx <= (column === columns - 1 ? 0 : 1); dx += 1) {
      for (const next of [cell + dx - columns, cell + dx, cell + dx + columns]) {
        if ((pixels[next] ?? 0) === 0 || partOf[next] !== 0) continue;
        partOf[next] = part;
        pending.push(next);
      }
    }
  }
  return size;
}

/** Visible pixels more than two pixels beyond the bounds: soft edges are no haze. */
function visibleBeyond({ width, height, data }: RgbaPicture, bounds: Rectangle): number {
  let beyond = 0;
  for (let y = 0, at = 3; y < height; y += 1) {
    const isInRows = y >= bounds.y - 2 && y < bounds.y + bounds.height + 2;
    for (let x = 0; x < width; x += 1, at += 4) {
      if ((data[at] ?? 0) < visibleAlpha) continue;
      if (!isInRows || x < bounds.x - 2 || x >= bounds.x + bounds.width + 2) beyond += 1;
    }
  }
  return beyond;
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
