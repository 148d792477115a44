/**
 * @file The kernels of ONNX Runtime's CUDA provider that we rely on: the rows of docs/OperatorKernels.md, "Operators implemented by
 * CUDAExecutionProvider", that hold for our version of the operators, at commit 001d12d2623fd411ce0f83d05abb5e82304a3389. Types
 * that no graph of ours has are left out.
 */
import type { Dtype } from '../../src/graph/ir/dtype.js';

export interface Kernel {
  /** Versions of the operator that the kernel supports; without a last one, all later ones too. */
  readonly first: number;
  readonly last?: number;
  readonly data: readonly Dtype[];
  /** Types of inputs that are shapes, axes or positions. */
  readonly indices?: readonly Dtype[];
}

const whole: readonly Dtype[] = ['int32', 'int64'];
const floats: readonly Dtype[] = ['float32', 'float16', 'bfloat16'];
/** bfloat16 has no kernel there, or only one of a later version. */
const noBrain: readonly Dtype[] = ['float32', 'float16'];

const arithmetic: Kernel = { first: 14, data: [...floats, ...whole] };
const unary: Kernel = { first: 13, data: floats };

export const onnxKernels: Readonly<Record<string, Kernel>> = {
  Add: arithmetic,
  AveragePool: { first: 19, last: 21, data: noBrain },
  Cast: { first: 19, last: 20, data: [...floats, ...whole] },
  Concat: { first: 13, data: [...floats, ...whole] },
  Conv: { first: 11, last: 21, data: noBrain },
  ConvTranspose: { first: 11, data: noBrain },
  DepthToSpace: { first: 13, data: noBrain },
  Div: arithmetic,
  Erf: unary,
  Exp: unary,
  Expand: { first: 13, data: [...floats, ...whole], indices: ['int64'] },
  Gather: { first: 13, data: [...floats, ...whole], indices: whole },
  Gemm: unary,
  LayerNormalization: { first: 17, data: floats },
  MatMul: unary,
  Mul: arithmetic,
  Pad: { first: 18, data: noBrain, indices: whole },
  ReduceMean: { first: 18, data: [...noBrain, 'int32'], indices: ['int64'] },
  ReduceSum: { first: 13, data: [...floats, ...whole], indices: ['int64'] },
  Relu: { first: 14, data: floats },
  Reshape: { first: 19, last: 20, data: [...floats, ...whole], indices: ['int64'] },
  Resize: { first: 19, data: [...noBrain, 'int32'], indices: ['float32', 'int64'] },
  Sigmoid: unary,
  Slice: { first: 13, data: [...floats, ...whole], indices: whole },
  Softmax: unary,
  Split: { first: 18, data: [...floats, ...whole], indices: ['int64'] },
  Sqrt: unary,
  Sub: arithmetic,
  Transpose: { first: 13, last: 20, data: [...floats, ...whole] },
};

/** ONNX Runtime's own operators, all of version 1. */
export const microsoftKernels: Readonly<Record<string, Kernel>> = {
  FusedMatMul: { first: 1, data: floats },
  Gelu: { first: 1, data: floats },
  MultiHeadAttention: { first: 1, data: floats, indices: ['int32'] },
  QuickGelu: { first: 1, data: floats },
};
