/** @file What is worth saying about the pixels of an image before it is trained on. */
import type { Rectangle } from '../faces/rectangle.js';
import type { RgbaPicture } from '../faces/rgba-picture.js';
import type { Silhouette } from '../faces/silhouette.js';
import type { Rgb } from './crop.js';

export interface Observations {
  /** As in the manifest's shots. */
  readonly seeThrough?: number;
  readonly specks?: number;
  readonly lost?: number;
}

/** Shares below this are soft edges and rounding. */
const leastShare = 0.01;

/** @param whole the crop of an opaque image as a whole */
export function observe(
  picture: RgbaPicture,
  silhouette: Silhouette | undefined,
  whole: Rectangle | undefined,
): Observations {
  if (silhouette === undefined) {
    const lost = whole === undefined ? 0 : 1 - (whole.width * whole.height) / (picture.width * picture.height);
    return lost < leastShare ? {} : { lost };
  }
  const seeThrough = seeThroughShare(picture);
  return {
    ...(seeThrough >= leastShare && { seeThrough }),
    ...(silhouette.leftOut > 0 && { specks: silhouette.leftOut }),
  };
}

const isHalf = (alpha: number | undefined): boolean => alpha !== undefined && alpha >= 24 && alpha <= 232;

/** The share of half-transparent pixels among the visible ones. Of an edge only one or two pixels in a row are: they do not count. */
function seeThroughShare({ width, height, data }: RgbaPicture): number {
  let [half, visible] = [0, 0];
  const at = (x: number, y: number): number | undefined => data[4 * (y * width + x) + 3];
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const alpha = at(x, y) ?? 0;
      if (alpha < 24) continue;
      visible += 1;
      if (!isHalf(alpha) || x < 2 || y < 2 || x >= width - 2 || y >= height - 2) continue;
      if (isHalf(at(x - 2, y)) && isHalf(at(x + 2, y)) && isHalf(at(x, y - 2)) && isHalf(at(x, y + 2))) half += 1;
    }
  }
  return visible === 0 ? 0 : half / visible;
}

/** Largest difference between a channel of a border pixel and the border's mean. */
const tolerance = 10;

/** The colour of an opaque image's longer edges, when they have but one: the image can then be extended by it unseen. */
export function borderColour({ width, height, data }: RgbaPicture): Rgb | undefined {
  const isTall = height > width;
  const length = isTall ? height : width;
  const last = isTall ? width - 1 : height - 1;
  const offsets = Array.from({ length: 2 * length }, (_, index) => {
    const [along, across] = [index >> 1, index % 2 === 0 ? 0 : last];
    return 4 * (isTall ? along * width + across : across * width + along);
  });
  const mean = [0, 1, 2].map(
    (channel) => offsets.reduce((sum, offset) => sum + (data[offset + channel] ?? 0), 0) / offsets.length,
  );
  const isOne = offsets.every((offset) =>
    mean.every((value, channel) => Math.abs((data[offset + channel] ?? 0) - value) <= tolerance),
  );
  const [r = 0, g = 0, b = 0] = mean.map(Math.round);
  return isOne ? { r, g, b } : undefined;
}
