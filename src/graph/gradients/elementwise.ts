/** @file Gradient rules of elementwise operators. */
import { erf, exp, sigmoid } from '../ops/activation.js';
import { add, div, mul, sub } from '../ops/arithmetic.js';
import { inputShape, type Rule, type RuleContext, type RuleTable, unbroadcast } from './rule.js';

const byBroadcast = (context: RuleContext, index: number, make: () => ReturnType<typeof mul>) =>
  context.requiresGradient(index) ? unbroadcast(make(), inputShape(context, index)) : undefined;

const addRule: Rule = (context) => [
  byBroadcast(context, 0, () => context.gradient),
  byBroadcast(context, 1, () => context.gradient),
];

const subRule: Rule = (context) => [
  byBroadcast(context, 0, () => context.gradient),
  byBroadcast(context, 1, () => mul(context.gradient, -1)),
];

const mulRule: Rule = (context) => [
  byBroadcast(context, 0, () => mul(context.gradient, context.input(1))),
  byBroadcast(context, 1, () => mul(context.gradient, context.input(0))),
];

const divRule: Rule = (context) => [
  byBroadcast(context, 0, () => div(context.gradient, context.input(1))),
  byBroadcast(context, 1, () => mul(mul(context.gradient, -1), div(context.output(0), context.input(1)))),
];

const sigmoidRule: Rule = ({ gradient, output }) => {
  const y = output(0);
  return [mul(mul(y, sub(1, y)), gradient)];
};

const expRule: Rule = ({ gradient, output }) => [mul(output(0), gradient)];

/** d erf(x)/dx = 2/√π · exp(−x²). */
const erfRule: Rule = ({ gradient, input }) => {
  const x = input(0);
  return [mul(mul(exp(mul(mul(x, -1), x)), 2 / Math.sqrt(Math.PI)), gradient)];
};

/** With y = x·σ(αx): dy/dx = σ + αy(1 − σ). */
const quickGeluRule: Rule = ({ node, gradient, input, output }) => {
  const { alpha } = node.attributes;
  const factor = typeof alpha === 'object' && 'float' in alpha ? alpha.float : 1.702;
  const [x, y] = [input(0), output(0)];
  const gate = sigmoid(factor === 1 ? x : mul(x, factor));
  const slope = mul(factor === 1 ? y : mul(y, factor), sub(1, gate));
  return [mul(add(gate, slope), gradient)];
};

/** d xΦ(x)/dx = Φ(x) + xφ(x); with u = x/√2 that is ½ + ½ erf(u) + u·exp(−u²)/√π. */
const geluRule: Rule = ({ gradient, input }) => {
  const u = mul(input(0), Math.SQRT1_2);
  const density = mul(exp(mul(mul(u, -1), u)), mul(u, 1 / Math.sqrt(Math.PI)));
  const probability = add(mul(erf(u), 0.5), 0.5);
  return [mul(add(probability, density), gradient)];
};

export const elementwiseRules = {
  Add: addRule,
  Sub: subRule,
  Mul: mulRule,
  Div: divRule,
  Sigmoid: sigmoidRule,
  Exp: expRule,
  Erf: erfRule,
  QuickGelu: quickGeluRule,
  Gelu: geluRule,
} satisfies RuleTable;
