/** @file The gradient table: an operator's rule by its name. */
import { attentionRule } from './attention.js';
import {
  addRule,
  divRule,
  erfRule,
  expRule,
  geluRule,
  mulRule,
  quickGeluRule,
  sigmoidRule,
  subRule,
} from './elementwise.js';
import {
  averagePoolRule,
  castRule,
  concatRule,
  expandRule,
  padRule,
  reshapeRule,
  resizeRule,
  sliceRule,
  splitRule,
  transposeRule,
} from './layout.js';
import { convolutionRule, fusedMatMulRule, gemmRule, transposedConvolutionRule } from './matrix.js';
import { layerNormalizationRule, reduceMeanRule, reduceSumRule, softmaxRule } from './normalization.js';
import type { Rule } from './rule.js';

export const gradientTable: Readonly<Record<string, Rule>> = {
  Add: addRule,
  AveragePool: averagePoolRule,
  Cast: castRule,
  Concat: concatRule,
  Conv: convolutionRule,
  ConvTranspose: transposedConvolutionRule,
  Div: divRule,
  Erf: erfRule,
  Exp: expRule,
  Expand: expandRule,
  FusedMatMul: fusedMatMulRule,
  Gelu: geluRule,
  Gemm: gemmRule,
  LayerNormalization: layerNormalizationRule,
  Mul: mulRule,
  MultiHeadAttention: attentionRule,
  Pad: padRule,
  QuickGelu: quickGeluRule,
  ReduceMean: reduceMeanRule,
  ReduceSum: reduceSumRule,
  Reshape: reshapeRule,
  Resize: resizeRule,
  Sigmoid: sigmoidRule,
  Slice: sliceRule,
  Softmax: softmaxRule,
  Split: splitRule,
  Sub: subRule,
  Transpose: transposeRule,
};
