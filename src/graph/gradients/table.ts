/** @file The gradient table: the rule of each operator. Every operator has an entry, or this does not compile. */
import type { OperatorName } from '../ir/operator-name.js';
import { attentionRules } from './attention.js';
import { elementwiseRules } from './elementwise.js';
import { layoutRules } from './layout.js';
import { matrixRules } from './matrix.js';
import { normalizationRules } from './normalization.js';
import type { Rule } from './rule.js';

/** Operators that come in by lowering, after differentiation, or of which no loss has needed the gradient yet. */
const withoutRule = {
  Clip: undefined,
  DepthToSpace: undefined,
  Gather: undefined,
  MatMul: undefined,
  Relu: undefined,
  Sqrt: undefined,
} satisfies Partial<Record<OperatorName, undefined>>;

export const gradientTable: Readonly<Record<OperatorName, Rule | undefined>> = {
  ...attentionRules,
  ...elementwiseRules,
  ...layoutRules,
  ...matrixRules,
  ...normalizationRules,
  ...withoutRule,
};
