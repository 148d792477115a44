/** @file Backgrounds behind transparent characters: a plain colour or a randomly generated image. */
import type { Random } from './random.js';

/** Red, green and blue in 0..1. */
export type Colour = readonly [number, number, number];

const white: Colour = [1, 1, 1];

/** The colour that the `background` option names, undefined for `random`. `keep` is white where the image is transparent. */
export function fixedBackground(option: string): Colour | undefined {
  if (option === 'random') return undefined;
  if (!option.startsWith('#')) return white;
  const channel = (at: number): number => Number.parseInt(option.slice(at, at + 2), 16) / 255;
  return [channel(1), channel(3), channel(5)];
}

function randomColour(random: Random): Colour {
  const hue = random.next() * 6;
  const saturation = 0.75 * random.next();
  const value = random.between(0.25, 1);
  const channel = (shift: number): number => {
    const position = (shift + hue) % 6;
    return value - value * saturation * Math.max(0, Math.min(position, 4 - position, 1));
  };
  return [channel(5), channel(3), channel(1)];
}

function mix(from: Colour, to: Colour, share: number): Colour {
  return [
    from[0] + (to[0] - from[0]) * share,
    from[1] + (to[1] - from[1]) * share,
    from[2] + (to[2] - from[2]) * share,
  ];
}

/** A colour at every point of the unit square. */
type ColourField = (x: number, y: number) => Colour;

function solid(random: Random): ColourField {
  const colour = random.next() < 0.3 ? white : randomColour(random);
  return () => colour;
}

function gradient(random: Random): ColourField {
  const [from, to] = [randomColour(random), randomColour(random)];
  const angle = random.between(0, 2 * Math.PI);
  const [dx, dy] = [Math.cos(angle), Math.sin(angle)];
  return (x, y) => mix(from, to, 0.5 + ((x - 0.5) * dx + (y - 0.5) * dy) / Math.SQRT2);
}

/** Value noise of three octaves, between two colours. */
function clouds(random: Random): ColourField {
  const [from, to] = [randomColour(random), randomColour(random)];
  const octaves = [3, 6, 12].map((cells) => ({
    cells,
    values: Float32Array.from({ length: (cells + 1) ** 2 }, () => random.next()),
  }));
  const smooth = (t: number): number => t * t * (3 - 2 * t);
  return (x, y) => {
    let share = 0;
    let weight = 4 / 7;
    for (const { cells, values } of octaves) {
      const column = Math.min(cells - 1, Math.floor(x * cells));
      const row = Math.min(cells - 1, Math.floor(y * cells));
      const [u, v] = [smooth(x * cells - column), smooth(y * cells - row)];
      const value = (right: number, below: number): number => values[(row + below) * (cells + 1) + column + right] ?? 0;
      share +=
        weight * ((value(0, 0) * (1 - u) + value(1, 0) * u) * (1 - v) + (value(0, 1) * (1 - u) + value(1, 1) * u) * v);
      weight /= 2;
    }
    return mix(from, to, share);
  };
}

/** Two to five blurred discs over a gradient, like an out-of-focus room. */
function discs(random: Random): ColourField {
  const behind = gradient(random);
  const shapes = Array.from({ length: 2 + Math.floor(random.next() * 4) }, () => ({
    x: random.next(),
    y: random.next(),
    radius: random.between(0.08, 0.35),
    softness: random.between(0.02, 0.15),
    colour: randomColour(random),
  }));
  return (x, y) =>
    shapes.reduce(
      (colour, disc) => {
        const inside = (disc.radius - Math.hypot(x - disc.x, y - disc.y)) / disc.softness;
        return inside <= 0 ? colour : mix(colour, disc.colour, Math.min(1, inside));
      },
      behind(x, y),
    );
}

const kinds = [solid, gradient, clouds, discs];

/** One colour in three planes, [3, size, size] in 0..1. */
export function fillBackground(colour: Colour, size: number): Float32Array {
  const planes = new Float32Array(3 * size * size);
  colour.forEach((value, channel) => {
    planes.fill(value, channel * size * size, (channel + 1) * size * size);
  });
  return planes;
}

/** A background drawn from `random`, [3, size, size] in 0..1. */
export function drawBackground(random: Random, size: number): Float32Array {
  const kind = kinds[Math.floor(random.next() * kinds.length)] ?? solid;
  const colourAt = kind(random);
  const planes = new Float32Array(3 * size * size);
  for (let row = 0; row < size; row += 1) {
    for (let column = 0; column < size; column += 1) {
      const colour = colourAt((column + 0.5) / size, (row + 0.5) / size);
      for (let channel = 0; channel < 3; channel += 1) {
        planes[(channel * size + row) * size + column] = colour[channel] ?? 0;
      }
    }
  }
  return planes;
}
