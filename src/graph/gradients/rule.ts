/** @file What a gradient rule is, and what it is given. */
import type { AttentionBlock } from '../device/attention-block.js';
import type { Node, Value } from '../ir/graph.js';
import type { OperatorName } from '../ir/operator-name.js';
import { type Shape, sameShape, shapeError } from '../ir/shape.js';
import { reshape } from '../ops/layout.js';
import { reduceSum } from '../ops/reduction.js';

export interface RuleContext {
  readonly node: Node;
  /** The gradient of the loss with respect to the node's first output. */
  readonly gradient: Value;
  /** Those of all outputs; undefined where the loss does not depend on one. */
  readonly gradients: readonly (Value | undefined)[];
  /** Whether the gradient with respect to this input is needed. */
  requiresGradient(index: number): boolean;
  /** An input's value, recomputed if its segment is not kept: call it only for what the rule reads. */
  input(index: number): Value;
  /** An output's value, likewise. */
  output(index: number): Value;
  /** How many attention probabilities may be computed at a time. */
  readonly attentionBlock: AttentionBlock;
}

/**
 * The vector-Jacobian product of an operator: the gradients of its inputs, in their order; undefined for those not required. Values that
 * do not depend on `gradient` are built before those that do: the runtime orders nodes depth first and visits the input that was built last
 * first, so what was built earlier runs just before its use.
 */
export type Rule = (context: RuleContext) => readonly (Value | undefined)[];

/** A rule file's part of the gradient table. */
export type RuleTable = Readonly<Partial<Record<OperatorName, Rule>>>;

/** The shape of a node's input. */
export function inputShape({ node }: RuleContext, index: number): Shape {
  const input = node.inputs[index];
  if (!input) throw shapeError(`${node.op.type} has no input ${index}.`);
  return input.shape;
}

/** Sums a gradient over the axes along which its value was broadcast. */
export function unbroadcast(gradient: Value, shape: Shape): Value {
  if (sameShape(gradient.shape, shape)) return gradient;
  const added = gradient.shape.length - shape.length;
  const axes = gradient.shape.flatMap((size, axis) => (axis < added || shape[axis - added] !== size ? [axis] : []));
  const sum = axes.length > 0 ? reduceSum(gradient, axes) : gradient;
  return sameShape(sum.shape, shape) ? sum : reshape(sum, shape);
}
