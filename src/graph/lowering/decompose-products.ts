/** @file Batched matrix products in ONNX's own operators: WebGPU has no kernel for ONNX Runtime's, which would run on the CPU. */
import type { Graph, Node, Op, Value } from '../ir/graph.js';
import { sizeAt } from '../ir/shape.js';
import { neededNodes, type Replacement } from '../ir/subgraph.js';
import { mul } from '../ops/arithmetic.js';
import { transpose } from '../ops/layout.js';
import { fusedMatMulOp } from '../ops/matmul.js';

const matMulOp: Op = {
  type: 'MatMul',
  domain: '',
  infer: ([a, b]) => {
    if (!a || !b) return [];
    const stack = a.shape.length >= b.shape.length ? a : b;
    return [{ dtype: a.dtype, shape: [...stack.shape.slice(0, -2), sizeAt(a.shape, -2), sizeAt(b.shape, -1)] }];
  },
};

/** A·B of the last two axes. The batch axes are equal, or one of the factors has none. */
export const standardMatMul = (a: Value, b: Value): Value => a.graph.single(matMulOp, [a, b]);

/** Swaps the last two axes. */
function transposed(value: Value): Value {
  const last = value.shape.length - 1;
  return transpose(
    value,
    [...value.shape.keys()].map((axis) => (axis < last - 1 ? axis : 2 * last - 1 - axis)),
  );
}

/** Replacements for the graph's fused products, by the node that they replace. */
export function decomposeProducts(graph: Graph): Map<Node, Replacement> {
  const replacements = new Map<Node, Replacement>();
  for (const node of neededNodes(graph)) {
    const [a, b] = node.inputs;
    if (node.op !== fusedMatMulOp || !a || !b) continue;
    const { transA, transB, alpha } = node.attributes;
    const begin = graph.nodes.length;
    const product = standardMatMul(transA ? transposed(a) : a, transB ? transposed(b) : b);
    const scale = typeof alpha === 'object' && 'float' in alpha ? alpha.float : 1;
    const result = scale === 1 ? product : mul(product, scale);
    replacements.set(node, { nodes: graph.nodes.slice(begin), result });
  }
  return replacements;
}
