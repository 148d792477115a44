/** @file Sums and means over axes, and softmax. */
import type { Op, Value } from '../ir/graph.js';
import type { OperatorName } from '../ir/operator-name.js';
import { positiveAxis, shapeError } from '../ir/shape.js';

const reduction = (type: OperatorName): Op => ({
  type,
  domain: '',
  infer([x, axes], { keepdims }) {
    if (!x || axes?.source.kind !== 'constant') throw shapeError(`${type} needs a value and constant axes.`);
    const reduced = Array.from(axes.source.data, Number);
    const shape = x.shape.map((size, axis) => (reduced.includes(axis) ? 1 : size));
    return [{ dtype: x.dtype, shape: keepdims ? shape : shape.filter((_, axis) => !reduced.includes(axis)) }];
  },
});

export const reduceSumOp = reduction('ReduceSum');
export const reduceMeanOp = reduction('ReduceMean');

export const softmaxOp: Op = {
  type: 'Softmax',
  domain: '',
  infer([x]) {
    if (!x) throw shapeError('Softmax needs a value.');
    return [{ dtype: x.dtype, shape: x.shape }];
  },
};

function reduce(op: Op, x: Value, axes: readonly number[], keepDims: boolean): Value {
  const positive = axes.map((axis) => BigInt(positiveAxis(x.shape, axis)));
  return x.graph.single(op, [x, x.graph.constant(BigInt64Array.from(positive))], { keepdims: Number(keepDims) });
}

/** Axes keep size 1 unless `keepDims` is false. */
export const reduceSum = (x: Value, axes: readonly number[], keepDims = true): Value =>
  reduce(reduceSumOp, x, axes, keepDims);

export const reduceMean = (x: Value, axes: readonly number[], keepDims = true): Value =>
  reduce(reduceMeanOp, x, axes, keepDims);

/** Along the last axis. */
export const softmax = (x: Value): Value => x.graph.single(softmaxOp, [x], { axis: -1 });
