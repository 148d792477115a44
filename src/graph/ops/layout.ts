/** @file Operators that move elements without computing: reshape, transpose, slice, concat, cast. */
import { type Dtype, onnxDtype } from '../ir/dtype.js';
import type { Op, Value } from '../ir/graph.js';
import { broadcastShapes, positiveAxis, type Shape, sameShape, shapeError, sizeAt, sizeOf } from '../ir/shape.js';
import { sizesOf } from './convolution.js';

/** The elements of an int64 constant. */
function integers(value: Value | undefined): number[] {
  if (value?.source.kind !== 'constant' || !(value.source.data instanceof BigInt64Array)) {
    throw shapeError('Sizes and positions must be int64 constants.');
  }
  return Array.from(value.source.data, Number);
}

const int64 = (value: Value, elements: readonly number[]): Value =>
  value.graph.constant(BigInt64Array.from(elements, BigInt));

export const reshapeOp: Op = {
  type: 'Reshape',
  domain: '',
  view: true,
  infer([x, shape]) {
    const sizes = integers(shape);
    if (!x || sizeOf(sizes) !== sizeOf(x.shape)) throw shapeError(`[${x?.shape}] cannot take the shape [${sizes}].`);
    return [{ dtype: x.dtype, shape: sizes }];
  },
};

/** As Reshape, but with a shape that the runtime does not know before it runs. */
export const lateReshapeOp: Op = { ...reshapeOp };

export const transposeOp: Op = {
  type: 'Transpose',
  domain: '',
  infer([x], attributes) {
    const order = sizesOf(attributes, 'perm');
    if (!x || [...order].sort((a, b) => a - b).some((axis, i) => axis !== i) || order.length !== x.shape.length) {
      throw shapeError(`[${order}] is not a permutation of the axes of [${x?.shape}].`);
    }
    return [{ dtype: x.dtype, shape: order.map((axis) => sizeAt(x.shape, axis)) }];
  },
};

export const expandOp: Op = {
  type: 'Expand',
  domain: '',
  infer([x, shape]) {
    if (!x) throw shapeError('Expand needs a value.');
    return [{ dtype: x.dtype, shape: broadcastShapes(x.shape, integers(shape)) }];
  },
};

export const concatOp: Op = {
  type: 'Concat',
  domain: '',
  infer(inputs, { axis }) {
    const [first, ...rest] = inputs;
    if (!first || typeof axis !== 'number') throw shapeError('Concat needs values and an axis.');
    const shape = [...first.shape];
    for (const value of rest) {
      if (!value?.shape.every((size, i) => i === axis || size === first.shape[i])) {
        throw shapeError(`[${first.shape}] and [${value?.shape}] cannot be joined along axis ${axis}.`);
      }
      shape[axis] = sizeAt(shape, axis) + sizeAt(value.shape, axis);
    }
    return [{ dtype: first.dtype, shape }];
  },
};

export const splitOp: Op = {
  type: 'Split',
  domain: '',
  infer([x, parts], { axis }) {
    const sizes = integers(parts);
    if (!x || typeof axis !== 'number' || sizes.reduce((sum, size) => sum + size, 0) !== sizeAt(x.shape, axis)) {
      throw shapeError(`[${x?.shape}] cannot be split into [${sizes}].`);
    }
    return sizes.map((size) => ({ dtype: x.dtype, shape: x.shape.with(axis, size) }));
  },
};

export const sliceOp: Op = {
  type: 'Slice',
  domain: '',
  infer([x, starts, ends, axes]) {
    if (!x) throw shapeError('Slice needs a value.');
    const shape = [...x.shape];
    integers(axes).forEach((axis, i) => {
      const [start, end] = [integers(starts)[i] ?? 0, integers(ends)[i] ?? 0];
      if (start < 0 || end > sizeAt(x.shape, axis) || start >= end) {
        throw shapeError(`[${x.shape}] has no part ${start} to ${end} along axis ${axis}.`);
      }
      shape[axis] = end - start;
    });
    return [{ dtype: x.dtype, shape }];
  },
};

export const padOp: Op = {
  type: 'Pad',
  domain: '',
  infer([x, pads]) {
    if (!x) throw shapeError('Pad needs a value.');
    const sizes = integers(pads);
    const rank = x.shape.length;
    return [{ dtype: x.dtype, shape: x.shape.map((size, i) => size + (sizes[i] ?? 0) + (sizes[i + rank] ?? 0)) }];
  },
};

export const gatherOp: Op = {
  type: 'Gather',
  domain: '',
  infer([table, indices]) {
    if (!table || !indices) throw shapeError('Gather needs a table and indices.');
    return [{ dtype: table.dtype, shape: [...indices.shape, ...table.shape.slice(1)] }];
  },
};

export const castOp: Op = {
  type: 'Cast',
  domain: '',
  infer([x], { to }) {
    const dtype = Object.entries(onnxDtype).find(([, number]) => number === to)?.[0];
    if (!x || !isDtype(dtype)) throw shapeError('Cast needs a value and a type.');
    return [{ dtype, shape: x.shape }];
  },
};

const isDtype = (name: string | undefined): name is Dtype => name !== undefined && Object.hasOwn(onnxDtype, name);

/** The same elements in another shape. Adds a node only where it has to: nodes cost time in small models. */
export function reshape(x: Value, shape: Shape): Value {
  if (sameShape(x.shape, shape)) return x;
  const view = x.graph.view(x, shape);
  if (view) return view;
  const { node } = x.source.kind === 'node' ? x.source : {};
  const [inner] = node?.inputs ?? [];
  if (inner && node?.op === reshapeOp) return reshape(inner, shape);
  if (inner?.source.kind === 'weight' && node?.op === castOp) return cast(reshape(inner, shape), x.dtype);
  return x.graph.single(reshapeOp, [x, int64(x, shape)]);
}

/**
 * `reshape` with a shape that the runtime does not know before it runs: what is computed from it gets memory of its own, which is freed
 * after use. Otherwise the runtime reserves the memory for the next value of equal size, however much later that comes.
 */
export const lateReshape = (x: Value, shape: Shape): Value => x.graph.single(lateReshapeOp, [x, int64(x, shape)]);

/** Permutes axes. For activations only: the runtime would copy a transposed weight. */
export const transpose = (x: Value, order: readonly number[]): Value =>
  x.graph.single(transposeOp, [x], { perm: order });

/** Repeats axes of size 1 until the shape is reached. */
export const expand = (x: Value, shape: Shape): Value => x.graph.single(expandOp, [x, int64(x, shape)]);

/** Joins values along an axis. */
export function concat(values: readonly Value[], axis: number): Value {
  const [first] = values;
  if (!first) throw shapeError('Concat needs at least one value.');
  return values.length === 1 ? first : first.graph.single(concatOp, values, { axis: positiveAxis(first.shape, axis) });
}

/** Parts of the given sizes along an axis. */
export const split = (x: Value, sizes: readonly number[], axis: number): readonly Value[] =>
  x.graph.apply(splitOp, [x, int64(x, sizes)], { axis: positiveAxis(x.shape, axis) });

/** The part from `start` (inclusive) to `end` (exclusive) of one axis. */
export const slice = (x: Value, axis: number, start: number, end: number): Value =>
  x.graph.single(sliceOp, [x, int64(x, [start]), int64(x, [end]), int64(x, [positiveAxis(x.shape, axis)])]);

/** Zeros around each axis. */
export const pad = (x: Value, before: readonly number[], after: readonly number[]): Value =>
  x.graph.single(padOp, [x, int64(x, [...before, ...after])]);

/** Rows of a table [rows, …] at indices of any shape (int32 or int64): an embedding. */
export function gather(table: Value, indices: Value): Value {
  const [narrow] = table.source.kind === 'node' && table.source.node.op === castOp ? table.source.node.inputs : [];
  // Only the rows that are used are widened, not the whole vocabulary.
  return narrow ? cast(gather(narrow, indices), table.dtype) : table.graph.single(gatherOp, [table, indices]);
}

/** Converts the element type. */
export const cast = (x: Value, dtype: Dtype): Value =>
  x.dtype === dtype ? x : x.graph.single(castOp, [x], { to: onnxDtype[dtype] });
