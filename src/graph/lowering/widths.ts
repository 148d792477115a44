/** @file Which operators of a graph in mixed precision are computed in 16 bits. */
import type { Op } from '../ir/graph.js';
import type { OperatorName } from '../ir/operator-name.js';
import type { Device } from '../runtime/runtime.js';

/**
 * How an operator is computed.
 * - `half`: it takes and makes float16; its kernels add up in float32.
 * - `follow`: it takes and makes the type of its largest inputs; of two types, float32.
 * - `move`: likewise, but it makes float16 where nothing else is wanted of its results: it only moves numbers.
 * - `inside`: it follows, but is computed in float32.
 * - `single`: it takes and makes float32. So do all that are not listed.
 */
export type Width = 'half' | 'follow' | 'move' | 'inside' | 'single';

const widths: Readonly<Partial<Record<OperatorName, Width>>> = {
  Add: 'follow',
  AveragePool: 'follow',
  Concat: 'move',
  Conv: 'half',
  ConvTranspose: 'half',
  DepthToSpace: 'move',
  Div: 'follow',
  Erf: 'follow',
  Exp: 'follow',
  Expand: 'move',
  FusedMatMul: 'half',
  Gather: 'move',
  Gelu: 'follow',
  Gemm: 'half',
  // Of float16 it makes float16, and of the statistics float32: every provider's kernel computes in float32.
  LayerNormalization: 'follow',
  MatMul: 'half',
  Mul: 'follow',
  MultiHeadAttention: 'half',
  Pad: 'move',
  QuickGelu: 'follow',
  Reshape: 'move',
  Resize: 'move',
  Sigmoid: 'follow',
  Slice: 'move',
  Softmax: 'inside',
  Split: 'move',
  Sub: 'follow',
  Transpose: 'move',
};

/**
 * CUDA's kernel of softmax computes float16 in float32 by itself (providers/cuda/math/softmax_impl.cu: AccumulationType_t); WebGPU's
 * adds up in 16 bits (providers/webgpu/math/softmax.cc).
 */
export const widthOf = ({ type }: Op, device: Device): Width =>
  type === 'Softmax' && device === 'cuda' ? 'follow' : (widths[type] ?? 'single');
