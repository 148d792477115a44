/** @file Arithmetic on static shapes. */
import { LoraBridgeError } from '../../errors/lora-bridge-error.js';

export type Shape = readonly number[];

export const sizeOf = (shape: Shape): number => shape.reduce((product, size) => product * size, 1);

export const sameShape = (a: Shape, b: Shape): boolean => a.length === b.length && a.every((size, i) => size === b[i]);

/** A mistake in building the graph, found while it is built. */
export function shapeError(what: string): LoraBridgeError {
  return new LoraBridgeError('internal.graph.shape', what);
}

/** The size of one axis; negative axes count from the end. @throws LoraBridgeError `internal.graph.shape` if there is none. */
export function sizeAt(shape: Shape, axis: number): number {
  const size = shape.at(axis);
  if (size === undefined) throw shapeError(`The shape [${shape}] has no axis ${axis}.`);
  return size;
}

/** The axis counted from the front. */
export function positiveAxis(shape: Shape, axis: number): number {
  sizeAt(shape, axis);
  return axis < 0 ? axis + shape.length : axis;
}

/** numpy's broadcasting rule. @throws LoraBridgeError `internal.graph.shape` when the shapes do not fit. */
export function broadcastShapes(a: Shape, b: Shape): number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const left = a[i - rank + a.length] ?? 1;
    const right = b[i - rank + b.length] ?? 1;
    if (left !== right && left !== 1 && right !== 1) throw shapeError(`[${a}] and [${b}] do not broadcast.`);
    return left === 1 ? right : left;
  });
}
