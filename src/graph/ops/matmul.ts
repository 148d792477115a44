/** @file Matrix products. */
import type { Op, Value } from '../ir/graph.js';
import { broadcastShapes, type Shape, shapeError, sizeAt } from '../ir/shape.js';

/** Rows and columns of a matrix (the last two axes), after an optional transposition. */
function matrixShape(value: { readonly shape: Shape }, transpose: unknown): [rows: number, columns: number] {
  const [rows, columns] = [sizeAt(value.shape, -2), sizeAt(value.shape, -1)];
  return transpose ? [columns, rows] : [rows, columns];
}

function product(
  a: { readonly shape: Shape },
  b: { readonly shape: Shape },
  transA: unknown,
  transB: unknown,
): [rows: number, columns: number] {
  const [rows, inner] = matrixShape(a, transA);
  const [innerB, columns] = matrixShape(b, transB);
  if (inner !== innerB) throw shapeError(`Matrices [${a.shape}] and [${b.shape}] cannot be multiplied.`);
  return [rows, columns];
}

export const fusedMatMulOp: Op = {
  type: 'FusedMatMul',
  domain: 'com.microsoft',
  infer([a, b], { transA, transB, transBatchB }) {
    if (!a || !b) throw shapeError('FusedMatMul needs two values.');
    // Rows and the first axis are swapped: [R, B, C] is B matrices of R rows.
    const second = transBatchB ? b.shape.toSpliced(0, 1).toSpliced(-1, 0, sizeAt(b.shape, 0)) : b.shape;
    const batch = broadcastShapes(a.shape.slice(0, -2), second.slice(0, -2));
    return [{ dtype: a.dtype, shape: [...batch, ...product(a, { shape: second }, transA, transB)] }];
  },
};

export const gemmOp: Op = {
  type: 'Gemm',
  domain: '',
  infer([a, b, c], { transA, transB }) {
    if (a?.shape.length !== 2 || b?.shape.length !== 2) throw shapeError('Gemm needs two matrices.');
    const shape = product(a, b, transA, transB);
    if (c && broadcastShapes(c.shape, shape).some((size, i) => size !== shape[i])) {
      throw shapeError(`Gemm cannot add [${c.shape}] to [${shape}].`);
    }
    return [{ dtype: a.dtype, shape }];
  },
};

export interface MatMulOptions {
  /** Transpose the last two axes of the first factor. */
  readonly transA?: boolean;
  readonly transB?: boolean;
  /** The second factor's rows are its first axis: [R, B, C] is B matrices of R rows. Only for `matmul`. */
  readonly transBatchB?: boolean;
  /** The product is multiplied by this. */
  readonly alpha?: number;
}

const attributes = ({ transA = false, transB = false, alpha = 1 }: MatMulOptions) => ({
  transA: Number(transA),
  transB: Number(transB),
  alpha: { float: alpha },
});

/** alpha · A·B of the last two axes, with broadcasting over the axes before them. */
export const matmul = (a: Value, b: Value, options: MatMulOptions = {}): Value =>
  a.graph.single(fusedMatMulOp, [a, b], {
    ...attributes(options),
    ...(options.transBatchB ? { transBatchB: 1 } : {}),
  });

/** alpha · A·B + C of matrices; C is broadcast. A transposed weight costs nothing here: it is never copied. */
export const gemm = (a: Value, b: Value, c?: Value, options: MatMulOptions = {}): Value =>
  a.graph.single(gemmOp, [a, b, c], attributes(options));
