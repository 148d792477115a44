/** @file Estimates the head from the silhouette alone, as the part above the neck, its narrowest row near the top. */
import type { Rectangle } from './rectangle.js';
import { columnsOf, type Silhouette } from './silhouette.js';

export interface HeadGuess {
  readonly rectangle: Rectangle;
  readonly confidence: number;
}

/** Confidence 0.4 where a neck is found; otherwise the upper fifth of the silhouette with 0.2. */
export function guessHead(silhouette: Silhouette): HeadGuess {
  const { bounds } = silhouette;
  const neck = findNeck(silhouette);
  const height = Math.max(1, neck ?? Math.round(bounds.height / 5));
  const columns = columnsOf(silhouette, bounds.y, bounds.y + height);
  // Raised arms are next to the head: keep a head's proportions, around the centre of the visible rows.
  const width = Math.min(columns.width, 1.2 * height);
  const x = centreOfRows(silhouette, bounds.y, bounds.y + height) - width / 2;
  return { rectangle: { x, y: bounds.y, width, height }, confidence: neck === undefined ? 0.2 : 0.4 };
}

/** Rows from the top to the narrowest one between 12 % and 45 % of the height, if it is clearly narrower than above and below. */
function findNeck({ bounds, count }: Silhouette): number | undefined {
  let best: { rows: number; ratio: number } | undefined;
  let widest = 0;
  const width = (row: number): number => {
    let sum = 0;
    for (let near = -1; near <= 1; near += 1) sum += count[bounds.y + row + near] ?? 0;
    return sum / 3;
  };
  const last = Math.floor(bounds.height * 0.45);
  const below = Math.floor(bounds.height * 0.15);
  for (let row = 1; row <= last; row += 1) {
    const here = width(row);
    widest = Math.max(widest, here);
    if (row < bounds.height * 0.12) continue;
    let shoulders = 0;
    for (let near = row; near < row + below; near += 1) shoulders = Math.max(shoulders, width(near));
    const ratio = here / Math.min(widest, shoulders);
    if (ratio < (best?.ratio ?? 0.75)) best = { rows: row, ratio };
  }
  return best?.rows;
}

/** Mean of the centres of all visible rows. */
function centreOfRows({ first, last, count }: Silhouette, top: number, bottom: number): number {
  let [sum, rows] = [0, 0];
  for (let y = top; y < bottom; y += 1) {
    if ((count[y] ?? 0) === 0) continue;
    sum += ((first[y] ?? 0) + (last[y] ?? 0) + 1) / 2;
    rows += 1;
  }
  return sum / Math.max(1, rows);
}
