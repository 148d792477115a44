/** @file Everything one needs to build a graph and run it. */

export { ownRuntime } from './choose-runtime.js';
export { attentionBlock } from './device/attention-block.js';
export { gradients } from './gradients/gradients.js';
export type { Dtype, NumberArray, Precision } from './ir/dtype.js';
export { Graph, type Value, type WeightStorage } from './ir/graph.js';
export { sizeOf } from './ir/shape.js';
export { erf, exp, gelu, quickGelu, relu, sigmoid, silu, sqrt } from './ops/activation.js';
export { add, div, mul, sub } from './ops/arithmetic.js';
export { attention, causalBias } from './ops/attention.js';
export { conv2d, transposedConv2d } from './ops/convolution.js';
export { groupNorm } from './ops/group-norm.js';
export { layerNorm } from './ops/layer-normalization.js';
export { cast, concat, expand, gather, pad, reshape, slice, split, transpose } from './ops/layout.js';
export { linear } from './ops/linear.js';
export { gemm, matmul } from './ops/matmul.js';
export { averagePool, upsampleNearest } from './ops/pooling.js';
export { reduceMean, reduceSum, softmax } from './ops/reduction.js';
export { weight } from './ops/weight.js';
export type { Device, DeviceTensor, HostTensor, RuntimeLibrary, Tensor } from './runtime/runtime.js';
export { type CompiledGraph, type CompileOptions, compile, type Feeds } from './session.js';
