/** @file Gradient rules of operators that move elements, and of changes of resolution. */
import { onnxDtype } from '../ir/dtype.js';
import type { Value } from '../ir/graph.js';
import { shapeError, sizeAt } from '../ir/shape.js';
import { mul } from '../ops/arithmetic.js';
import { sizesOf } from '../ops/convolution.js';
import { cast, concat, expand, pad, reshape, slice, split, transpose } from '../ops/layout.js';
import { averagePool, upsampleNearest } from '../ops/pooling.js';
import { inputShape, type Rule, type RuleTable, unbroadcast } from './rule.js';

function axisOf(axis: unknown): number {
  if (typeof axis !== 'number') throw shapeError('An axis is missing.');
  return axis;
}

/** The elements of a constant input. */
function elementsOf(value: Value | undefined): number[] {
  return value?.source.kind === 'constant' ? Array.from(value.source.data, Number) : [];
}

const reshapeRule: Rule = (context) => [reshape(context.gradient, inputShape(context, 0))];

const transposeRule: Rule = ({ node, gradient }) => {
  const order = sizesOf(node.attributes, 'perm');
  return [
    transpose(
      gradient,
      order.map((_, axis) => order.indexOf(axis)),
    ),
  ];
};

const expandRule: Rule = (context) => [unbroadcast(context.gradient, inputShape(context, 0))];

const castRule: Rule = ({ node, gradient }) => {
  const [input] = node.inputs;
  if (!input || !Object.hasOwn(onnxDtype, input.dtype)) throw shapeError('Cast has no input.');
  return [cast(gradient, input.dtype)];
};

const concatRule: Rule = (context) => {
  const { node, gradient, requiresGradient } = context;
  const axis = axisOf(node.attributes.axis);
  const sizes = node.inputs.map((_, index) => sizeAt(inputShape(context, index), axis));
  if (sizes.every((_, index) => requiresGradient(index))) return split(gradient, sizes, axis);
  let begin = 0;
  return sizes.map((size, index) => {
    begin += size;
    return requiresGradient(index) ? slice(gradient, axis, begin - size, begin) : undefined;
  });
};

const splitRule: Rule = ({ node, gradients }) => {
  const zeros = ({ graph, shape }: Value) => expand(graph.constant(0), shape);
  return [
    concat(
      node.outputs.map((output, index) => gradients[index] ?? zeros(output)),
      axisOf(node.attributes.axis),
    ),
  ];
};

const sliceRule: Rule = (context) => {
  const { node, gradient } = context;
  const shape = inputShape(context, 0);
  const [starts, axes] = [elementsOf(node.inputs[1]), elementsOf(node.inputs[3])];
  const before = shape.map((_, axis) => starts[axes.indexOf(axis)] ?? 0);
  const behind = shape.map((size, axis) => size - (before[axis] ?? 0) - sizeAt(gradient.shape, axis));
  return [pad(gradient, before, behind)];
};

const padRule: Rule = (context) => {
  const before = elementsOf(context.node.inputs[1]);
  const shape = inputShape(context, 0);
  const cut = (value: Value, axis: number) => {
    const begin = before[axis] ?? 0;
    const end = begin + sizeAt(shape, axis);
    return begin === 0 && end === value.shape[axis] ? value : slice(value, axis, begin, end);
  };
  return [shape.map((_, axis) => axis).reduce(cut, context.gradient)];
};

const averagePoolRule: Rule = ({ node, gradient }) => {
  const [factor = 1] = sizesOf(node.attributes, 'kernel_shape');
  return [mul(upsampleNearest(gradient, factor), 1 / factor ** 2)];
};

/** Each pixel was repeated: its gradient is the sum over its square. */
const resizeRule: Rule = (context) => {
  const factor = sizeAt(context.gradient.shape, 2) / sizeAt(inputShape(context, 0), 2);
  return [mul(averagePool(context.gradient, factor), factor ** 2)];
};

export const layoutRules = {
  Reshape: reshapeRule,
  Transpose: transposeRule,
  Expand: expandRule,
  Cast: castRule,
  Concat: concatRule,
  Split: splitRule,
  Slice: sliceRule,
  Pad: padRule,
  AveragePool: averagePoolRule,
  Resize: resizeRule,
} satisfies RuleTable;
