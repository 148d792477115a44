/** @file Reverse-mode differentiation: adds the gradients of one value to its graph. */
import { LoraBridgeError } from '../../errors/lora-bridge-error.js';
import { attentionBlock } from '../device/attention-block.js';
import type { Node, Value } from '../ir/graph.js';
import { sizeOf } from '../ir/shape.js';
import { add } from '../ops/arithmetic.js';
import { controlDependency } from '../ops/control-dependency.js';
import { gradientTable } from './table.js';

/** All values that depend on one of the given ones, these included. */
function dependants(values: readonly Value[], nodes: readonly Node[]): Set<Value> {
  const varying = new Set(values);
  for (const node of nodes) {
    if (node.inputs.some((input) => input && varying.has(input)))
      for (const output of node.outputs) varying.add(output);
  }
  return varying;
}

/** Builds the values of recomputed segments a second time, once each. */
class Recomputation {
  readonly #again = new Map<Value, Value>();

  /** The value itself if it is kept, else a copy that is computed only once `gradient` is available. */
  value(value: Value, gradient: Value): Value {
    if (value.source.kind !== 'node' || !value.source.node.recompute) return value;
    const known = this.#again.get(value);
    if (known) return known;
    const { node } = value.source;
    const inputs = node.inputs.map((input) => input && this.value(input, gradient));
    if (inputs.every((input, index) => input === node.inputs[index])) {
      const smallest = inputs.reduce<number>((best, input, index) => {
        if (input?.dtype !== 'float32') return best;
        const chosen = inputs[best];
        return !chosen || sizeOf(input.shape) < sizeOf(chosen.shape) ? index : best;
      }, -1);
      const input = inputs[smallest];
      // An equal node would be merged with that of the forward pass, and its result kept after all.
      if (input) inputs[smallest] = controlDependency(input, gradient);
    }
    const outputs = value.graph.apply(node.op, inputs, node.attributes);
    node.outputs.forEach((output, index) => {
      const copy = outputs[index];
      if (copy) this.#again.set(output, copy);
    });
    return this.#again.get(value) ?? value;
  }
}

/**
 * The gradients of `loss` with respect to each of `parameters`, as new values of the same graph, in the parameters' shapes. Only paths
 * from a parameter to the loss are differentiated, so frozen weights cost nothing.
 * @param loss a scalar
 * @param block how many attention probabilities may be computed at a time; default: for a CPU
 * @throws LoraBridgeError `internal.graph.gradient` naming an operator that has no rule, or a parameter that the loss does not
 * depend on.
 */
export function gradients(loss: Value, parameters: readonly Value[], block = attentionBlock()): Value[] {
  if (sizeOf(loss.shape) !== 1) throw new LoraBridgeError('internal.graph.gradient', 'The loss is not a scalar.');
  const { graph } = loss;
  const forward = [...graph.nodes];
  const varying = dependants(parameters, forward);
  const recomputation = new Recomputation();
  const found = new Map<Value, Value>([[loss, graph.constant(Float32Array.of(1), loss.shape)]]);

  for (const node of forward.reverse()) {
    const upstream = node.outputs.map((output) => found.get(output));
    const gradient = upstream[0] ?? upstream.find((value) => value !== undefined);
    if (!gradient || !node.outputs.some((output) => varying.has(output))) continue;
    const rule = gradientTable[node.op.type];
    if (!rule) throw new LoraBridgeError('internal.graph.gradient', `${node.op.type} has no gradient rule.`);
    const primal = (values: readonly (Value | undefined)[], index: number): Value => {
      const value = values[index];
      if (!value) throw new LoraBridgeError('internal', `${node.op.type} has no value ${index}.`);
      return recomputation.value(value, gradient);
    };
    const requiresGradient = (index: number): boolean => {
      const input = node.inputs[index];
      return input !== undefined && varying.has(input);
    };
    const results = rule({
      node,
      gradient,
      gradients: upstream,
      requiresGradient,
      input: (index) => primal(node.inputs, index),
      output: (index) => primal(node.outputs, index),
      attentionBlock: block,
    });
    node.inputs.forEach((input, index) => {
      const result = results[index];
      if (!input || !result || !varying.has(input)) return;
      const sum = found.get(input);
      found.set(input, sum ? add(sum, result) : result);
    });
  }
  return parameters.map((parameter) => {
    const gradient = found.get(parameter);
    if (gradient) return gradient;
    throw new LoraBridgeError('internal.graph.gradient', `The loss does not depend on ${parameter.name}.`);
  });
}
