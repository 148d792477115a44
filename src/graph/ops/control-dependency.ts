/** @file Control dependencies: values that wait for others. ONNX has none, so they are made of arithmetic. */
import type { Value } from '../ir/graph.js';
import { sameShape, sizeOf } from '../ir/shape.js';
import { add, mul } from './arithmetic.js';
import { reshape, slice } from './layout.js';

/** A zero [1] that is not available before all of the values are: `0 · value[0]`. Like XLA's `after_all` token. */
export function controlToken(...values: readonly [Value, ...Value[]]): Value {
  const first = (value: Value) => slice(reshape(value, [sizeOf(value.shape)]), 0, 0, 1);
  const [one, ...others] = values;
  return mul(others.map(first).reduce(add, first(one)), 0);
}

/**
 * The same value, but not available before all of `others` are. The runtime merges equal nodes and may run them early; it does neither
 * with what is computed from this.
 */
export function controlDependency(value: Value, ...others: readonly [Value, ...Value[]]): Value {
  const sum = add(value, controlToken(...others));
  return sameShape(sum.shape, value.shape) ? sum : reshape(sum, value.shape);
}
