/** @file One variant of an image: the input of a single training step. */

import type { RgbaPicture } from '../faces/rgba-picture.js';
import { drawBackground, fillBackground, fixedBackground } from './background.js';
import { Random } from './random.js';
import { resample, type Window } from './resample.js';

export interface VariantOptions {
  /** Edge of the variant in pixels. */
  readonly resolution: number;
  readonly seed: number;
  /** `random`, or `keep`, `white`, `#rrggbb`: then there is no zoom and no shift either. */
  readonly background: string;
  readonly flip: boolean;
}

export interface Variant {
  /** [3, resolution, resolution], −1..1. */
  readonly pixels: Float32Array;
  /** [resolution, resolution], 0..1: the character's alpha; all 1 in an opaque picture. */
  readonly mask: Float32Array;
}

/** Sides of a picture on which something is cut off by its edge. */
export interface CutSides {
  readonly left: boolean;
  readonly top: boolean;
  readonly right: boolean;
  readonly bottom: boolean;
}

/** Finds the edges with pixels that are not transparent. */
export function cutSidesOf(picture: RgbaPicture): CutSides {
  const { width, height, data } = picture;
  const seen = (x: number, y: number): boolean => (data[(y * width + x) * 4 + 3] ?? 0) > 8;
  const some = (length: number, test: (at: number) => boolean): boolean => {
    for (let at = 0; at < length; at += 1) if (test(at)) return true;
    return false;
  };
  return {
    left: some(height, (y) => seen(0, y)),
    right: some(height, (y) => seen(width - 1, y)),
    top: some(width, (x) => seen(x, 0)),
    bottom: some(width, (x) => seen(x, height - 1)),
  };
}

/** Whether variant `index` is mirrored: every second one, if flips are on. */
export function isMirrored(index: number, options: Pick<VariantOptions, 'flip'>): boolean {
  return options.flip && index % 2 === 1;
}

/**
 * Renders variant `index` of a square picture: the same bytes for the same seed, key, index and options.
 * Zoom is 0.88–1.04 and shift at most 4 % of the edge, about what the margin of a full-body crop holds; a side on which the
 * character is cut off never moves inwards, so that no cut edge is visible against the background.
 */
export function renderVariant(
  source: { readonly picture: RgbaPicture; readonly cut: CutSides; readonly key: string },
  index: number,
  options: VariantOptions,
): Variant {
  const { resolution } = options;
  const { picture, cut, key } = source;
  const fixed = fixedBackground(options.background);
  const random = new Random(options.seed, key, index);
  const whole: Window = { x: 0, y: 0, side: picture.width };
  const planes = resample(picture, fixed === undefined ? drawWindow(random, picture.width, cut) : whole, resolution);

  const area = resolution * resolution;
  const mask = planes.subarray(3 * area);
  const behind = fixed === undefined ? drawBackground(random, resolution) : fillBackground(fixed, resolution);
  const pixels = planes.slice(0, 3 * area);
  for (let at = 0; at < 3 * area; at += 1) {
    const colour = (pixels[at] as number) + (1 - (mask[at % area] as number)) * (behind[at] as number);
    pixels[at] = 2 * colour - 1;
  }
  const variant = { pixels, mask: mask.slice() };
  if (isMirrored(index, options)) {
    mirrorRows(variant.pixels, resolution);
    mirrorRows(variant.mask, resolution);
  }
  return variant;
}

function drawWindow(random: Random, edge: number, cut: CutSides): Window {
  const pinned = (cut.left && cut.right) || (cut.top && cut.bottom);
  const zoom = pinned ? random.between(1, 1.12) : random.between(0.88, 1.04);
  const side = edge / zoom;
  const place = (low: boolean, high: boolean): number => {
    let start = (edge - side) / 2 + random.between(-0.04, 0.04) * edge;
    if (high) start = Math.min(start, edge - side);
    if (low) start = Math.max(start, 0);
    return start;
  };
  return { x: place(cut.left, cut.right), y: place(cut.top, cut.bottom), side };
}

function mirrorRows(planes: Float32Array, width: number): void {
  for (let start = 0; start < planes.length; start += width) planes.subarray(start, start + width).reverse();
}
