/** @file The order in which ONNX Runtime runs the nodes of a model. */
import type { Node, Value } from '../../../src/graph/ir/graph.js';

/**
 * Depth first from nodes whose results no node uses, later nodes before earlier ones: what ONNX Runtime's `GraphViewer` calls its default order.
 * @param nodes in the model's order
 */
export function runOrder(nodes: readonly Node[]): Node[] {
  const makers = new Map<Value, number>();
  for (const [index, { outputs }] of nodes.entries()) for (const output of outputs) makers.set(output, index);
  const sources = nodes.map(({ inputs }) =>
    inputs.flatMap((input) => (input && makers.get(input)) ?? []).sort((a, b) => a - b),
  );
  const used = new Set(sources.flat());
  const order: Node[] = [];
  const seen = new Set<number>();
  const stack = [...nodes.keys()].filter((index) => !used.has(index)).map((index) => ({ index, isDone: false }));
  for (let entry = stack.pop(); entry; entry = stack.pop()) {
    const { index, isDone } = entry;
    const node = nodes[index];
    if (isDone && node) order.push(node);
    if (isDone || seen.has(index)) continue;
    seen.add(index);
    stack.push({ index, isDone: true });
    for (const source of sources[index] ?? []) if (!seen.has(source)) stack.push({ index: source, isDone: false });
  }
  return order;
}
