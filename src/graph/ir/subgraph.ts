/** @file Subgraphs: what one model computes, which nodes that takes, and how nodes are replaced. */
import type { Node, Value } from './graph.js';

/** What replaces a node with one output. */
export interface Replacement {
  /** In topological order. */
  readonly nodes: readonly Node[];
  readonly result: Value;
}

/** What one model computes: some values of a graph from others. A whole graph is one. */
export interface Subgraph {
  /** What is fed at each run, by name; values of nodes are fed when another model computed them. */
  readonly inputs: ReadonlyMap<string, Value>;
  /** At least what the outputs need, in topological order. */
  readonly nodes: readonly Node[];
  readonly outputs: ReadonlyMap<string, Value>;
}

/** The nodes that the outputs need given the inputs, in their order. */
export function neededNodes({ inputs, nodes, outputs }: Subgraph): Node[] {
  const makers = new Map<Value, Node>();
  for (const node of nodes) for (const output of node.outputs) makers.set(output, node);
  for (const input of inputs.values()) makers.delete(input);
  const needed = new Set<Node>();
  const stack = [...outputs.values()];
  for (let value = stack.pop(); value; value = stack.pop()) {
    const node = makers.get(value);
    if (!node || needed.has(node)) continue;
    needed.add(node);
    for (const input of node.inputs) if (input) stack.push(input);
  }
  return nodes.filter((node) => needed.has(node));
}

/** The subgraph with some nodes replaced. */
export function replaceNodes(subgraph: Subgraph, replacements: ReadonlyMap<Node, Replacement>): Subgraph {
  const current = (value: Value): Value => {
    const replacement = value.source.kind === 'node' && replacements.get(value.source.node);
    return replacement ? current(replacement.result) : value;
  };
  const expand = (node: Node): Node[] =>
    replacements.get(node)?.nodes.flatMap(expand) ?? [
      { ...node, inputs: node.inputs.map((input) => input && current(input)) },
    ];
  return {
    inputs: subgraph.inputs,
    nodes: neededNodes(subgraph).flatMap(expand),
    outputs: new Map(Array.from(subgraph.outputs, ([name, value]) => [name, current(value)])),
  };
}
