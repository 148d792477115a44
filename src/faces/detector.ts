/** @file Finds a face in an image with BlazeFace: in the whole image first, then closer to where a head should be. */
import sharp from 'sharp';
import { type Box, loadNetworks, runNetwork } from './blazeface.js';
import { fuseBoxes } from './fusion.js';
import { centreOf, clip, contains, type Rectangle } from './rectangle.js';
import type { RgbaPicture } from './rgba-picture.js';

/** Minimum fused score. Godette's captures, as whole images, score 0.87 and more. */
const threshold = 0.6;

/** Light grey: both white and dark hair stand out. */
const background = { r: 176, g: 176, b: 176 };

/** Fraction of the silhouette's height, from the top, in which a face's centre may be. */
const upperPart = 0.6;

/**
 * The best plausible face box, in pixels of the image, or undefined.
 * @param silhouette bounds of the visible part of a transparent image; undefined for an opaque one
 */
export async function detectFace(picture: RgbaPicture, silhouette: Rectangle | undefined): Promise<Box | undefined> {
  const area = silhouette ?? { x: 0, y: 0, width: picture.width, height: picture.height };
  const upper: Rectangle = { ...area, height: area.height * upperPart };
  const isPlausible = (box: Box): boolean =>
    box.score >= threshold && (silhouette === undefined || contains(upper, centreOf(box.rectangle)));
  const views: Rectangle[] = [
    { x: 0, y: 0, width: picture.width, height: picture.height },
    upper,
    { ...area, height: area.height * 0.35 },
  ];
  for (const view of views) {
    const best = (await detectIn(picture, view)).find(isPlausible);
    if (best !== undefined) return best;
  }
  return undefined;
}

/** Face boxes in a region of the image, best first, in pixels of the image. */
async function detectIn(picture: RgbaPicture, view: Rectangle): Promise<Box[]> {
  const inside = clip(roundOut(view), picture.width, picture.height);
  if (inside === undefined) return [];
  const [front, back] = await Promise.all(
    (await loadNetworks()).map(async (network) => runNetwork(network, await letterbox(picture, inside, network.size))),
  );
  const side = Math.max(inside.width, inside.height);
  const [left, top] = [inside.x - (side - inside.width) / 2, inside.y - (side - inside.height) / 2];
  return fuseBoxes(front ?? [], back ?? []).map(({ rectangle, score }) => ({
    score,
    rectangle: {
      x: left + rectangle.x * side,
      y: top + rectangle.y * side,
      width: rectangle.width * side,
      height: rectangle.height * side,
    },
  }));
}

function roundOut({ x, y, width, height }: Rectangle): Rectangle {
  const [left, top] = [Math.floor(x), Math.floor(y)];
  return { x: left, y: top, width: Math.ceil(x + width) - left, height: Math.ceil(y + height) - top };
}

/** A region of the image over the background colour, padded to a square of `size` pixels, [size, size, 3] in −1..1. */
async function letterbox({ data, width, height }: RgbaPicture, part: Rectangle, size: number): Promise<Float32Array> {
  const bytes = await sharp(data, { raw: { width, height, channels: 4 } })
    .extract({ left: part.x, top: part.y, width: part.width, height: part.height })
    .resize(size, size, { fit: 'contain', background: { ...background, alpha: 1 } })
    .flatten({ background })
    .raw()
    .toBuffer();
  return Float32Array.from(bytes, (value) => value / 127.5 - 1);
}
