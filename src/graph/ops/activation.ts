/** @file Elementwise functions of one value. */
import type { Op, Value } from '../ir/graph.js';
import type { OperatorName } from '../ir/operator-name.js';
import { shapeError } from '../ir/shape.js';

const unary = (type: OperatorName, domain: Op['domain'] = ''): Op => ({
  type,
  domain,
  infer([x]) {
    if (!x) throw shapeError(`${type} needs a value.`);
    return [{ dtype: x.dtype, shape: x.shape }];
  },
});

export const sigmoidOp = unary('Sigmoid');
export const erfOp = unary('Erf');
export const expOp = unary('Exp');
export const sqrtOp = unary('Sqrt');
export const reluOp = unary('Relu');
export const geluOp = unary('Gelu', 'com.microsoft');
export const quickGeluOp = unary('QuickGelu', 'com.microsoft');

export const sigmoid = (x: Value): Value => x.graph.single(sigmoidOp, [x]);
export const erf = (x: Value): Value => x.graph.single(erfOp, [x]);
export const exp = (x: Value): Value => x.graph.single(expOp, [x]);
/** The square root. */
export const sqrt = (x: Value): Value => x.graph.single(sqrtOp, [x]);
/** The larger of x and zero. */
export const relu = (x: Value): Value => x.graph.single(reluOp, [x]);

/** x Φ(x) with the exact Φ (erf), as in torch's `gelu` and diffusers' GEGLU. */
export const gelu = (x: Value): Value => x.graph.single(geluOp, [x]);

/** x · sigmoid(alpha x): CLIP's `quick_gelu`. */
export const quickGelu = (x: Value, alpha = 1.702): Value =>
  x.graph.single(quickGeluOp, [x], { alpha: { float: alpha } });

/** x · sigmoid(x). One kernel of the runtime where ONNX itself would need two nodes. */
export const silu = (x: Value): Value => quickGelu(x, 1);
