/** @file Linear layers over the last axis. */
import type { Value } from '../ir/graph.js';
import { sizeAt, sizeOf } from '../ir/shape.js';
import { reshape } from './layout.js';
import { gemm } from './matmul.js';

/** torch's `linear`: x [.., in], weight [out, in], bias [out] → [.., out]. */
export function linear(x: Value, weight: Value, bias?: Value): Value {
  if (x.shape.length === 2) return gemm(x, weight, bias, { transB: true });
  const columns = sizeAt(x.shape, -1);
  const flat = reshape(x, [sizeOf(x.shape) / columns, columns]);
  return reshape(gemm(flat, weight, bias, { transB: true }), x.shape.with(-1, sizeAt(weight.shape, 0)));
}
