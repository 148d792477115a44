/** @file Cutting one square out of a shot. */
import sharp from 'sharp';
import { clip, type Rectangle } from '../faces/rectangle.js';
import type { RgbaPicture } from '../faces/rgba-picture.js';

/** Red, green and blue in 0..255. */
export interface Rgb {
  readonly r: number;
  readonly g: number;
  readonly b: number;
}

export interface CropPicture {
  readonly png: Buffer;
  /** Edge in pixels. */
  readonly size: number;
  /** Whether anything in it is transparent. */
  readonly alpha: boolean;
  /** Share of its pixels that are visible, 0..1. */
  readonly visible: number;
}

/**
 * Cuts a square at its own size, or reduced to `maxSize`; pixels beyond the image are transparent, or have the colour `beyond`. Memory stays within
 * `maxSize`² whatever the square's size. The PNG holds straight alpha.
 */
export async function cropPicture(
  picture: RgbaPicture,
  area: Rectangle,
  maxSize: number,
  beyond: Rgb | undefined = undefined,
): Promise<CropPicture> {
  const size = Math.min(area.width, maxSize);
  const scale = size / area.width;
  const inside = clip(area, picture.width, picture.height);
  if (inside === undefined) throw new RangeError('The crop lies outside the image.');
  const place = (start: number, length: number): { start: number; length: number; rest: number } => {
    const from = Math.min(size - 1, Math.round(start * scale));
    const to = Math.max(from + 1, Math.round((start + length) * scale));
    return { start: from, length: to - from, rest: size - to };
  };
  const across = place(inside.x - area.x, inside.width);
  const down = place(inside.y - area.y, inside.height);
  const { data } = await sharp(picture.data, { raw: { width: picture.width, height: picture.height, channels: 4 } })
    .extract({ left: inside.x, top: inside.y, width: inside.width, height: inside.height })
    .resize(across.length, down.length, { fit: 'fill' })
    .extend({
      left: across.start,
      right: across.rest,
      top: down.start,
      bottom: down.rest,
      background: beyond === undefined ? { r: 0, g: 0, b: 0, alpha: 0 } : { ...beyond, alpha: 1 },
    })
    .raw()
    .toBuffer({ resolveWithObject: true });
  let [opaque, visible] = [0, 0];
  for (let at = 3; at < data.length; at += 4) {
    const value = data[at] ?? 0;
    if (value === 255) opaque += 1;
    if (value >= 128) visible += 1;
  }
  const png = await sharp(data, { raw: { width: size, height: size, channels: 4 } })
    .png({ compressionLevel: 6 })
    .toBuffer();
  return { png, size, alpha: opaque < size * size, visible: visible / (size * size) };
}
