/** @file Group normalisation by layer normalisation, which returns the statistics that a gradient needs. */
import type { Value } from '../ir/graph.js';
import { sizeAt, sizeOf } from '../ir/shape.js';
import { add, mul } from './arithmetic.js';
import { layerNorm } from './layer-normalization.js';
import { reshape } from './layout.js';

/** torch's `group_norm`: x [N, C, ..], scale and bias [C]. */
export function groupNorm(x: Value, groups: number, scale: Value, bias: Value, epsilon: number): Value {
  const [batch, channels] = [sizeAt(x.shape, 0), sizeAt(x.shape, 1)];
  const grouped = reshape(x, [batch, groups, sizeOf(x.shape) / batch / groups]);
  const normalized = reshape(layerNorm(grouped, undefined, undefined, epsilon), x.shape);
  const perChannel = [channels, ...x.shape.slice(2).map(() => 1)];
  return add(mul(normalized, reshape(scale, perChannel)), reshape(bias, perChannel));
}
