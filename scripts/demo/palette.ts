/**
 * @file How far the colours of one set of pictures are from those of another: each set is reduced to eight Lab colours with
 * shares (k-means), and the distance is the earth mover's (Rubner, Tomasi & Guibas 2000) with CIE 1976 ΔE between colours.
 */
import { converter } from 'culori';
import { kmeans } from 'ml-kmeans';
import sharp from 'sharp';
import { equalTo, solve } from 'yalps';

type Lab = [lightness: number, a: number, b: number];

interface PaletteColour {
  readonly lab: Lab;
  /** Share of all pixels, 0 … 1. */
  readonly share: number;
}

export type Palette = readonly PaletteColour[];

const colours = 8;
/** k-means needs no more; the sample is spread evenly over all pixels. */
const sampledPixels = 8000;

const toLab = converter('lab65');

function labOf(red: number, green: number, blue: number): Lab {
  const { l, a, b } = toLab({ mode: 'rgb', r: red / 255, g: green / 255, b: blue / 255 });
  return [l, a, b];
}

/** Pixels of a capture that belong to the character: those of alpha ≥ 128. */
export async function characterPixels(file: string): Promise<Lab[]> {
  const { data, info } = await sharp(file).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  const pixels: Lab[] = [];
  for (let i = 0; i < info.width * info.height; i++) {
    const [red = 0, green = 0, blue = 0, alpha = 0] = data.subarray(4 * i, 4 * i + 4);
    // A seventh of a megapixel capture is plenty, and 7 divides no usual width.
    if (alpha >= 128 && i % 7 === 0) pixels.push(labOf(red, green, blue));
  }
  return pixels;
}

/** Pixels of the central 60 % of a picture's width and height. */
export async function centralPixels(file: string): Promise<Lab[]> {
  const { width, height } = await sharp(file).metadata();
  const region = {
    left: Math.round(width * 0.2),
    top: Math.round(height * 0.2),
    width: Math.round(width * 0.6),
    height: Math.round(height * 0.6),
  };
  const data = await sharp(file).extract(region).removeAlpha().toColourspace('srgb').raw().toBuffer();
  return Array.from({ length: data.length / 3 }, (_, i) =>
    labOf(data[3 * i] ?? 0, data[3 * i + 1] ?? 0, data[3 * i + 2] ?? 0),
  );
}

/** The eight colours that stand best for `pixels`, by k-means++ from a fixed seed. */
export function paletteOf(pixels: readonly Lab[]): Palette {
  const stride = Math.max(1, pixels.length / sampledPixels);
  const sample: Lab[] = [];
  for (let i = 0; i < pixels.length; i += stride) {
    const pixel = pixels[Math.floor(i)];
    if (pixel) sample.push(pixel);
  }
  const { centroids, clusters } = kmeans(sample, colours, { seed: 1, initialization: 'kmeans++' });
  return centroids.map(([l = 0, a = 0, b = 0], index) => ({
    lab: [l, a, b],
    share: clusters.filter((cluster) => cluster === index).length / sample.length,
  }));
}

/** Earth mover's distance in ΔE: the least work that turns the shares of one palette into those of the other. */
export function paletteDistance(from: Palette, to: Palette): number {
  const constraints = new Map<string, ReturnType<typeof equalTo>>();
  const variables = new Map<string, Map<string, number>>();
  from.forEach((source, i) => {
    constraints.set(`from${i}`, equalTo(source.share));
    to.forEach((target, j) => {
      const distance = Math.hypot(...source.lab.map((value, axis) => value - (target.lab[axis] ?? 0)));
      variables.set(
        `${i}-${j}`,
        new Map([
          ['work', distance],
          [`from${i}`, 1],
          [`to${j}`, 1],
        ]),
      );
    });
  });
  // The last constraint follows from the others; rounding would make it a contradiction.
  to.slice(0, -1).forEach((target, j) => {
    constraints.set(`to${j}`, equalTo(target.share));
  });
  const solution = solve({ direction: 'minimize', objective: 'work', constraints, variables });
  if (solution.status !== 'optimal') throw new Error(`The transport problem of two palettes is ${solution.status}.`);
  return solution.result;
}
