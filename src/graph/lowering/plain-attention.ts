/**
 * @file Attention by its formula, for devices whose fused kernel is not to be trusted: ONNX Runtime 1.30's `MultiHeadAttention` on
 * WebGPU takes the first 32 keys only where the device's subgroups are small, as SwiftShader's are; measured, not documented.
 */
import type { Graph, Node, Value } from '../graph.js';
import { neededNodes, type Replacement } from '../onnx/encode.js';
import { add, mul } from '../ops/arithmetic.js';
import { attentionOp, headsOf } from '../ops/attention.js';
import { reshape, transpose } from '../ops/layout.js';
import { softmax } from '../ops/reduction.js';
import { sizeAt } from '../shape.js';
import { plainProduct } from './plain-products.js';

/** [N, S, heads · d] as [N, heads, S, d], or as [N, heads, d, S]. */
function byHead(value: Value, heads: number, order: readonly number[]): Value {
  const [batch, length, width] = [0, 1, 2].map((axis) => sizeAt(value.shape, axis));
  return transpose(reshape(value, [batch ?? 0, length ?? 0, heads, (width ?? 0) / heads]), order);
}

function formula(query: Value, key: Value, value: Value, heads: number, bias: Value | undefined): Value {
  const rows = byHead(mul(query, 1 / Math.sqrt(sizeAt(query.shape, 2) / heads)), heads, [0, 2, 1, 3]);
  const scores = plainProduct(rows, byHead(key, heads, [0, 2, 3, 1]));
  const weights = softmax(bias ? add(scores, bias) : scores);
  const sums = plainProduct(weights, byHead(value, heads, [0, 2, 1, 3]));
  const shape = [sizeAt(query.shape, 0), sizeAt(query.shape, 1), sizeAt(value.shape, 2)];
  return reshape(transpose(sums, [0, 2, 1, 3]), shape);
}

/** Nodes that compute the same as the graph's fused attentions, by the node whose place they take. */
export function plainAttention(graph: Graph): Map<Node, Replacement> {
  const replacements = new Map<Node, Replacement>();
  for (const node of neededNodes(graph)) {
    const [query, key, value, , , bias] = node.inputs;
    if (node.op !== attentionOp || !query || !key || !value) continue;
    const begin = graph.nodes.length;
    const result = formula(query, key, value, headsOf(node.attributes), bias);
    replacements.set(node, { nodes: graph.nodes.slice(begin), result });
  }
  return replacements;
}
