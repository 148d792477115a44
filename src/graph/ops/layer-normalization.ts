/** @file Layer normalisation over the last axis. */
import type { Op, Value } from '../ir/graph.js';
import { shapeError, sizeAt } from '../ir/shape.js';

/** Outputs: the result, and the mean and inverse standard deviation [.., 1], always float32, which its gradient needs. */
export const layerNormalizationOp: Op = {
  type: 'LayerNormalization',
  domain: '',
  infer([x, scale]) {
    if (!x || sizeAt(x.shape, -1) !== scale?.shape[0]) throw shapeError(`LayerNormalization of [${x?.shape}].`);
    const statistics = { dtype: 'float32' as const, shape: x.shape.with(-1, 1) };
    return [{ dtype: x.dtype, shape: x.shape }, statistics, statistics];
  },
};

/** torch's `layer_norm` over the last axis; without a scale it only normalises. */
export function layerNorm(x: Value, scale: Value | undefined, bias: Value | undefined, epsilon: number): Value {
  const size = sizeAt(x.shape, -1);
  const ones = scale ?? x.graph.constant(new Float32Array(size).fill(1));
  const attributes = { axis: -1, epsilon: { float: epsilon } };
  const [result] = x.graph.apply(layerNormalizationOp, [x, ones, bias], attributes);
  if (!result) throw shapeError('LayerNormalization has no result.');
  return result;
}
