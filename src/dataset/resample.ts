/** @file Resizing a window of an RGBA picture, at fractions of a pixel and without dark fringes. */

import type { RgbaPicture } from '../faces/rgba-picture.js';

/** A square of a picture in pixels; it may reach beyond the edges, where everything is transparent. */
export interface Window {
  readonly x: number;
  readonly y: number;
  readonly side: number;
}

interface Taps {
  readonly first: number;
  readonly weights: readonly number[];
}

/** Keys' cubic with a = −1/2 (Keys 1981), the kernel of Pillow's BICUBIC. */
function cubic(x: number): number {
  const distance = Math.abs(x);
  if (distance < 1) return (1.5 * distance - 2.5) * distance * distance + 1;
  if (distance < 2) return ((-0.5 * distance + 2.5) * distance - 4) * distance + 2;
  return 0;
}

/** For every output pixel, which input pixels it is made of; the kernel is stretched when shrinking (antialiasing). */
function tapsOf(start: number, side: number, outputs: number): Taps[] {
  const scale = side / outputs;
  const stretch = Math.max(1, scale);
  return Array.from({ length: outputs }, (_, index) => {
    const centre = start + (index + 0.5) * scale;
    const first = Math.floor(centre - 2 * stretch);
    const last = Math.ceil(centre + 2 * stretch);
    const weights: number[] = [];
    for (let tap = first; tap <= last; tap += 1) weights.push(cubic((tap + 0.5 - centre) / stretch));
    const sum = weights.reduce((total, weight) => total + weight, 0);
    return { first, weights: weights.map((weight) => weight / sum) };
  });
}

/**
 * The window of a picture at `size` × `size` pixels. Colours are weighted by their alpha, so that the hidden colours of
 * transparent pixels never show at an edge.
 * @returns premultiplied R, G, B and alpha planes, [4, size, size], alpha in 0..1 and colours in 0..alpha
 */
export function resample(picture: RgbaPicture, window: Window, size: number): Float32Array {
  const { width, height, data } = picture;
  const columns = tapsOf(window.x, window.side, size);
  const rows = tapsOf(window.y, window.side, size);
  const top = Math.max(0, rows[0]?.first ?? 0);
  const lastRow = rows[size - 1];
  const bottom = Math.min(height, lastRow === undefined ? 0 : lastRow.first + lastRow.weights.length);

  const narrow = new Float32Array(Math.max(0, bottom - top) * size * 4);
  const line = new Float32Array(width * 4);
  for (let y = top; y < bottom; y += 1) {
    premultiplyRow(data, y * width * 4, line);
    columns.forEach(({ first, weights }, column) => {
      let [red, green, blue, alpha] = [0, 0, 0, 0];
      for (let tap = 0; tap < weights.length; tap += 1) {
        const x = first + tap;
        if (x < 0 || x >= width) continue;
        const weight = weights[tap] ?? 0;
        red += weight * (line[x * 4] ?? 0);
        green += weight * (line[x * 4 + 1] ?? 0);
        blue += weight * (line[x * 4 + 2] ?? 0);
        alpha += weight * (line[x * 4 + 3] ?? 0);
      }
      narrow.set([red, green, blue, alpha], ((y - top) * size + column) * 4);
    });
  }

  const planes = new Float32Array(4 * size * size);
  const sums = new Float32Array(size * 4);
  rows.forEach(({ first, weights }, row) => {
    sums.fill(0);
    weights.forEach((weight, tap) => {
      const y = first + tap;
      if (y < top || y >= bottom) return;
      const from = (y - top) * size * 4;
      for (let index = 0; index < size * 4; index += 1)
        sums[index] = (sums[index] ?? 0) + weight * (narrow[from + index] ?? 0);
    });
    for (let column = 0; column < size; column += 1) {
      const alpha = Math.min(1, Math.max(0, sums[column * 4 + 3] ?? 0));
      const at = row * size + column;
      // A cubic overshoots at hard edges; a premultiplied colour is never above its alpha.
      for (let channel = 0; channel < 3; channel += 1) {
        planes[channel * size * size + at] = Math.min(alpha, Math.max(0, sums[column * 4 + channel] ?? 0));
      }
      planes[3 * size * size + at] = alpha;
    }
  });
  return planes;
}

function premultiplyRow(data: Uint8Array, offset: number, line: Float32Array): void {
  for (let index = 0; index < line.length; index += 4) {
    const alpha = (data[offset + index + 3] ?? 0) / 255;
    for (let channel = 0; channel < 3; channel += 1) {
      line[index + channel] = ((data[offset + index + channel] ?? 0) / 255) * alpha;
    }
    line[index + 3] = alpha;
  }
}
