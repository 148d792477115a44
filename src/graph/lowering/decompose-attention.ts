/**
 * @file Decomposes attention into matrix products and softmax where the fused kernel is wrong: ONNX Runtime 1.30's `MultiHeadAttention` on
 * WebGPU is, from 32 queries and 5 keys on, where the device's subgroups are small, as SwiftShader's are; measured, not documented.
 */
import type { Graph, Node, Value } from '../ir/graph.js';
import { sizeAt } from '../ir/shape.js';
import { neededNodes, type Replacement } from '../ir/subgraph.js';
import { add, mul } from '../ops/arithmetic.js';
import { attentionOp, headsOf } from '../ops/attention.js';
import { concat, reshape, slice, transpose } from '../ops/layout.js';
import { softmax } from '../ops/reduction.js';
import { standardMatMul } from './decompose-products.js';

/** [N, S, heads · d] as [N, heads, S, d], or as [N, heads, d, S]. */
function byHead(value: Value, heads: number, order: readonly number[]): Value {
  const [batch, length, width] = [0, 1, 2].map((axis) => sizeAt(value.shape, axis));
  return transpose(reshape(value, [batch ?? 0, length ?? 0, heads, (width ?? 0) / heads]), order);
}

/** @param block probabilities that may be computed at a time */
function formula(
  {
    query,
    key,
    value,
    bias,
  }: { readonly query: Value; readonly key: Value; readonly value: Value; readonly bias: Value | undefined },
  heads: number,
  block: number,
): Value {
  const [batch, length] = [sizeAt(query.shape, 0), sizeAt(query.shape, 1)];
  const scaled = byHead(mul(query, 1 / Math.sqrt(sizeAt(query.shape, 2) / heads)), heads, [0, 2, 1, 3]);
  const [keys, values] = [byHead(key, heads, [0, 2, 3, 1]), byHead(value, heads, [0, 2, 1, 3])];
  const ofRows = (from: number, to: number): Value => {
    const some = (x: Value) => (to - from === length ? x : slice(x, 2, from, to));
    const scores = standardMatMul(some(scaled), keys);
    return standardMatMul(softmax(bias ? add(scores, some(bias)) : scores), values);
  };
  const parts = Math.ceil((batch * heads * length * sizeAt(key.shape, 1)) / block);
  const rows = Math.ceil(length / parts);
  const sums: Value[] = [];
  for (let from = 0; from < length; from += rows) sums.push(ofRows(from, Math.min(from + rows, length)));
  return reshape(transpose(concat(sums, 2), [0, 2, 1, 3]), [batch, length, sizeAt(value.shape, 2)]);
}

/** From this many queries on the fused kernel is wrong; `scripts/verify/webgpu.ts` shows when that changes. */
export const smallestWrongQueryCount = 32;

/**
 * Replacements for the graph's fused attentions with more queries than the kernel handles, by the node that they replace.
 * @param block probabilities that may be computed at a time
 */
export function decomposeAttention(graph: Graph, block: number): Map<Node, Replacement> {
  const replacements = new Map<Node, Replacement>();
  for (const node of neededNodes(graph)) {
    const [query, key, value, , , bias] = node.inputs;
    if (node.op !== attentionOp || !query || !key || !value || sizeAt(query.shape, 1) < smallestWrongQueryCount)
      continue;
    const begin = graph.nodes.length;
    const result = formula({ query, key, value, bias }, headsOf(node.attributes), block);
    replacements.set(node, { nodes: graph.nodes.slice(begin), result });
  }
  return replacements;
}
