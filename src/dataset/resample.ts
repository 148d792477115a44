/** @file Resizing a window of an RGBA picture, at fractions of a pixel and without dark fringes. */

import type { RgbaPicture } from '../faces/rgba-picture.js';

/** A square of a picture in pixels; it may reach beyond the edges, where everything is transparent. */
export interface Window {
  readonly x: number;
  readonly y: number;
  readonly side: number;
}

/** For every output pixel, which input pixels it is made of: `count` of them from `first`, some of which may not exist. */
interface Taps {
  readonly count: number;
  readonly first: Int32Array;
  /** [outputs, count]; 0 for a pixel beyond the edge, which is transparent. */
  readonly weights: Float32Array;
}

/** Keys' cubic with a = −1/2 (Keys 1981), the kernel of Pillow's BICUBIC. */
function cubic(x: number): number {
  const distance = Math.abs(x);
  if (distance < 1) return (1.5 * distance - 2.5) * distance * distance + 1;
  if (distance < 2) return ((-0.5 * distance + 2.5) * distance - 4) * distance + 2;
  return 0;
}

/** The kernel is stretched when shrinking (antialiasing). `inputs` is the picture's width or height. */
function tapsOf(start: number, side: number, outputs: number, inputs: number): Taps {
  const scale = side / outputs;
  const stretch = Math.max(1, scale);
  const count = Math.ceil(4 * stretch) + 1;
  const first = new Int32Array(outputs);
  const weights = new Float32Array(outputs * count);
  for (let output = 0; output < outputs; output += 1) {
    const centre = start + (output + 0.5) * scale;
    const from = Math.floor(centre - 2 * stretch);
    const inside = centre >= 0 && centre <= inputs;
    let sum = 0;
    for (let tap = 0; tap < count; tap += 1) {
      const weight = cubic((from + tap + 0.5 - centre) / stretch);
      const exists = from + tap >= 0 && from + tap < inputs;
      if (exists) weights[output * count + tap] = weight;
      // Inside the image, pixels beyond its edge do not count; outside, they are transparent.
      if (exists || !inside) sum += weight;
    }
    first[output] = from;
    for (let tap = output * count; tap < (output + 1) * count; tap += 1) weights[tap] = (weights[tap] as number) / sum;
  }
  return { count, first, weights };
}

/**
 * The window of a picture at `size` × `size` pixels. Colours are weighted by their alpha, so that the hidden colours of
 * transparent pixels never show at an edge.
 * @returns premultiplied R, G, B and alpha planes, [4, size, size], alpha in 0..1 and colours in 0..alpha
 */
export function resample(picture: RgbaPicture, window: Window, size: number): Float32Array {
  const { width, height, data } = picture;
  const columns = tapsOf(window.x, window.side, size, width);
  const rows = tapsOf(window.y, window.side, size, height);
  // Only rows that the window touches are read; pixels beyond the edges have weight 0, so any index is valid for them.
  const top = Math.min(height - 1, Math.max(0, rows.first[0] ?? 0));
  const bottom = Math.min(height, Math.max(top + 1, (rows.first[size - 1] ?? 0) + rows.count));
  const narrow = new Float32Array((bottom - top) * size * 4);
  const line = new Float32Array(width * 4);
  for (let y = top; y < bottom; y += 1) {
    premultiplyRow(data, y * width * 4, line);
    narrowRow(line, columns, narrow.subarray((y - top) * size * 4, (y - top + 1) * size * 4));
  }

  const area = size * size;
  const planes = new Float32Array(4 * area);
  const sums = new Float32Array(size * 4);
  for (let row = 0; row < size; row += 1) {
    sums.fill(0);
    for (let tap = 0; tap < rows.count; tap += 1) {
      const weight = rows.weights[row * rows.count + tap] as number;
      if (weight === 0) continue;
      const from = ((rows.first[row] as number) + tap - top) * size * 4;
      for (let index = 0; index < size * 4; index += 1) {
        sums[index] = (sums[index] as number) + weight * (narrow[from + index] as number);
      }
    }
    for (let column = 0; column < size; column += 1) {
      const at = row * size + column;
      const alpha = Math.min(1, Math.max(0, sums[column * 4 + 3] as number));
      // A cubic overshoots at hard edges; a premultiplied colour is never above its alpha.
      for (let channel = 0; channel < 3; channel += 1) {
        planes[channel * area + at] = Math.min(alpha, Math.max(0, sums[column * 4 + channel] as number));
      }
      planes[3 * area + at] = alpha;
    }
  }
  return planes;
}

/** One row of the picture, brought to the width of the output. */
function narrowRow(line: Float32Array, { count, first, weights }: Taps, out: Float32Array): void {
  for (let column = 0; column < first.length; column += 1) {
    let red = 0;
    let green = 0;
    let blue = 0;
    let alpha = 0;
    for (let tap = 0; tap < count; tap += 1) {
      const weight = weights[column * count + tap] as number;
      if (weight === 0) continue;
      const from = ((first[column] as number) + tap) * 4;
      red += weight * (line[from] as number);
      green += weight * (line[from + 1] as number);
      blue += weight * (line[from + 2] as number);
      alpha += weight * (line[from + 3] as number);
    }
    out[column * 4] = red;
    out[column * 4 + 1] = green;
    out[column * 4 + 2] = blue;
    out[column * 4 + 3] = alpha;
  }
}

function premultiplyRow(data: Uint8Array, offset: number, line: Float32Array): void {
  for (let index = 0; index < line.length; index += 4) {
    const alpha = (data[offset + index + 3] as number) / 255;
    const scale = alpha / 255;
    line[index] = (data[offset + index] as number) * scale;
    line[index + 1] = (data[offset + index + 1] as number) * scale;
    line[index + 2] = (data[offset + index + 2] as number) * scale;
    line[index + 3] = alpha;
  }
}
