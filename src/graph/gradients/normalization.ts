/** @file Gradient rules of reductions, softmax and layer normalisation. */
import { LoraBridgeError } from '../../errors/lora-bridge-error.js';
import type { Value } from '../ir/graph.js';
import { sizeOf } from '../ir/shape.js';
import { mul, sub } from '../ops/arithmetic.js';
import { expand, reshape } from '../ops/layout.js';
import { reduceMean, reduceSum } from '../ops/reduction.js';
import { inputShape, type Rule, type RuleContext, type RuleTable } from './rule.js';

/** The gradient of a reduction, expanded to the shape that was reduced. */
function spread(context: RuleContext): Value {
  const shape = inputShape(context, 0);
  const axes = context.node.inputs[1];
  const reduced = axes?.source.kind === 'constant' ? Array.from(axes.source.data, Number) : [];
  const kept = shape.map((size, axis) => (reduced.includes(axis) ? 1 : size));
  return expand(reshape(context.gradient, kept), shape);
}

const reduceSumRule: Rule = (context) => [spread(context)];

const reduceMeanRule: Rule = (context) => [
  mul(spread(context), sizeOf(context.gradient.shape) / sizeOf(inputShape(context, 0))),
];

/** dx = y ∘ (dy − Σ dy∘y). */
const softmaxRule: Rule = ({ gradient, output }) => {
  const y = output(0);
  return [mul(y, sub(gradient, reduceSum(mul(gradient, y), [-1])))];
};

/** With x̂ = (x − mean)/σ and g = dy ∘ scale: dx = (g − mean(g) − x̂ · mean(g ∘ x̂))/σ. */
const layerNormalizationRule: Rule = (context) => {
  const { node, gradient, input, output, requiresGradient } = context;
  if (requiresGradient(1) || (node.inputs[2] && requiresGradient(2))) {
    throw new LoraBridgeError('internal.graph.gradient', 'LayerNormalization has no rule for its scale and bias.');
  }
  const scale = node.inputs[1];
  const isUnscaled = scale?.source.kind === 'constant' && scale.source.data.every((number) => Number(number) === 1);
  // Without scale and bias the result is x̂ itself, and x need not be kept.
  const inverse = output(2);
  const normalized = isUnscaled && !node.inputs[2] ? output(0) : mul(sub(input(0), output(1)), inverse);
  const scaled = isUnscaled ? gradient : mul(gradient, input(1));
  const projection = reduceMean(mul(scaled, normalized), [-1]);
  const centred = sub(scaled, reduceMean(scaled, [-1]));
  return [mul(sub(centred, mul(normalized, projection)), inverse)];
};

export const normalizationRules = {
  ReduceSum: reduceSumRule,
  ReduceMean: reduceMeanRule,
  Softmax: softmaxRule,
  LayerNormalization: layerNormalizationRule,
} satisfies RuleTable;
