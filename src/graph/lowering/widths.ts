/** @file Which operators are computed in 16 bits in mixed precision. */
import type { Op } from '../ir/graph.js';
import type { OperatorName } from '../ir/operator-name.js';
import type { Device } from '../runtime/runtime.js';

/**
 * How an operator is computed.
 * - `half`: takes and returns float16; its kernels accumulate in float32.
 * - `follow`: takes and returns the type of its largest inputs; where these differ, float32.
 * - `move`: the same, but returns float16 where all uses of its results are in float16: it only moves elements.
 * - `inside`: as `follow`, but computed in float32.
 * - `single`: takes and returns float32, as do all that are not listed.
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
  // Returns float16 for float16, and float32 statistics: every provider's kernel computes in float32.
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
 * accumulates in 16 bits (providers/webgpu/math/softmax.cc).
 */
export const widthOf = ({ type }: Op, device: Device): Width =>
  type === 'Softmax' && device === 'cuda' ? 'follow' : (widths[type] ?? 'single');
