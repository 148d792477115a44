/** @file Elementwise operators of two values, with numpy's broadcasting. */
import type { Op, Value } from '../ir/graph.js';
import type { OperatorName } from '../ir/operator-name.js';
import { broadcastShapes, shapeError } from '../ir/shape.js';

const binary = (type: OperatorName): Op => ({
  type,
  domain: '',
  infer([a, b]) {
    if (!a || !b || a.dtype !== b.dtype) throw shapeError(`${type} needs two values of one type.`);
    return [{ dtype: a.dtype, shape: broadcastShapes(a.shape, b.shape) }];
  },
});

export const addOp = binary('Add');
export const subOp = binary('Sub');
export const mulOp = binary('Mul');
export const divOp = binary('Div');

/** A number stands for a float32 scalar. */
export type Operand = Value | number;

function apply(op: Op, a: Operand, b: Operand): Value {
  const graph = typeof a === 'object' ? a.graph : typeof b === 'object' ? b.graph : undefined;
  if (!graph) throw shapeError(`${op.type} of two constants is not an operation of a graph.`);
  const values = [a, b].map((operand) => (typeof operand === 'number' ? graph.constant(operand) : operand));
  return graph.single(op, values);
}

export const add = (a: Operand, b: Operand): Value => apply(addOp, a, b);
export const sub = (a: Operand, b: Operand): Value => apply(subOp, a, b);
export const mul = (a: Operand, b: Operand): Value => apply(mulOp, a, b);
export const div = (a: Operand, b: Operand): Value => apply(divOp, a, b);
