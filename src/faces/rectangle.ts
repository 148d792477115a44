/** @file Rectangles in pixels of an image; x and y are the upper left corner. */
import { z } from 'zod';

export const rectangle = z.strictObject({
  x: z.number(),
  y: z.number(),
  width: z.number().positive(),
  height: z.number().positive(),
});

export type Rectangle = z.output<typeof rectangle>;

export interface Point {
  readonly x: number;
  readonly y: number;
}

export function centreOf(area: Rectangle): Point {
  return { x: area.x + area.width / 2, y: area.y + area.height / 2 };
}

export function contains(area: Rectangle, point: Point): boolean {
  return point.x >= area.x && point.x <= area.x + area.width && point.y >= area.y && point.y <= area.y + area.height;
}

/** The square with the given centre. */
export function squareAt(centre: Point, side: number): Rectangle {
  return { x: centre.x - side / 2, y: centre.y - side / 2, width: side, height: side };
}

/** The part of `area` inside an image, or undefined when they do not overlap. */
export function clip(area: Rectangle, width: number, height: number): Rectangle | undefined {
  const x = Math.max(0, area.x);
  const y = Math.max(0, area.y);
  const clipped = {
    x,
    y,
    width: Math.min(width, area.x + area.width) - x,
    height: Math.min(height, area.y + area.height) - y,
  };
  return clipped.width > 0 && clipped.height > 0 ? clipped : undefined;
}

/** Intersection over union, 0..1. */
export function overlap(a: Rectangle, b: Rectangle): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  if (width <= 0 || height <= 0) return 0;
  const common = width * height;
  return common / (a.width * a.height + b.width * b.height - common);
}
