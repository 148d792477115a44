/** @file Hoists what a graph computes from inputs that rarely change, so that it is not recomputed in each run. */
import type { Value } from '../ir/graph.js';
import type { OperatorName } from '../ir/operator-name.js';
import { neededNodes, type Subgraph } from '../ir/subgraph.js';

/** Operators worth hoisting. Recomputing others costs no more than feeding their results. */
const products: ReadonlySet<OperatorName> = new Set<OperatorName>([
  'Conv',
  'ConvTranspose',
  'FusedMatMul',
  'Gemm',
  'MatMul',
  'MultiHeadAttention',
]);

export interface Hoisting {
  /** One for each group with something to hoist; its outputs are inputs of `main`, by the same names. */
  readonly hoisted: readonly Subgraph[];
  /** The rest. */
  readonly main: Subgraph;
}

const byName = (values: readonly Value[]) => new Map(values.map((value) => [value.name, value]));

/**
 * Values that are computed from the inputs of one group only (and from weights and constants) with at least one product, each with its
 * group's index.
 */
function productsOfGroups({ inputs, nodes }: Subgraph, groups: readonly (readonly string[])[]): Map<Value, number> {
  // −1: other inputs, and what depends on several groups.
  const groupOf = new Map<Value, number>();
  for (const [name, value] of inputs) {
    groupOf.set(
      value,
      groups.findIndex((group) => group.includes(name)),
    );
  }
  const found = new Map<Value, number>();
  for (const { op, inputs: values, outputs } of nodes) {
    const origins = new Set(values.flatMap((value) => (value && groupOf.get(value)) ?? []));
    const [first = -1] = origins;
    const group = origins.size === 1 ? first : -1;
    const isWorth = group >= 0 && (products.has(op.type) || values.some((value) => value && found.has(value)));
    for (const output of outputs) {
      if (origins.size > 0) groupOf.set(output, group);
      if (isWorth) found.set(output, group);
    }
  }
  return found;
}

/**
 * Splits a subgraph into what depends on one group of its inputs alone, and the rest.
 * @param groups names of inputs; those that the subgraph does not have are ignored
 */
export function hoist(subgraph: Subgraph, groups: readonly (readonly string[])[]): Hoisting {
  const found = productsOfGroups(subgraph, groups);
  const rest = neededNodes({ ...subgraph, inputs: byName([...subgraph.inputs.values(), ...found.keys()]) });
  const used = new Set([...subgraph.outputs.values(), ...rest.flatMap(({ inputs }) => inputs)]);
  const between = [...found.keys()].filter((value) => used.has(value));
  const hoisted = groups.map((group, index) => ({
    inputs: new Map([...subgraph.inputs].filter(([name]) => group.includes(name))),
    nodes: subgraph.nodes,
    outputs: byName(between.filter((value) => found.get(value) === index)),
  }));
  return {
    hoisted: hoisted.filter(({ outputs }) => outputs.size > 0),
    main: { ...subgraph, inputs: new Map([...subgraph.inputs, ...byName(between)]) },
  };
}
