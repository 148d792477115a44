/**
 * @file Pads convolutions whose channel count WebGPU's kernel computes wrongly. ONNX Runtime 1.30's `Conv` is wrong there for 3 × 3 kernels
 * where the channels are a multiple of 3, more than 3, and not a multiple of 4, and the filters are a multiple of 4: measured on
 * SwiftShader, and on an H100 for 6 channels; not documented. Its `ConvTranspose` is right.
 */
import type { Graph, Node, Value } from '../ir/graph.js';
import { sizeAt } from '../ir/shape.js';
import { neededNodes, type Replacement } from '../ir/subgraph.js';
import { convolutionOp } from '../ops/convolution.js';
import { pad } from '../ops/layout.js';

/** Whether the kernel is wrong for weights [filters, channels, height, width]. */
export function isWrong([filters = 0, channels = 0, height = 1, width = 1]: readonly number[]): boolean {
  return height * width > 1 && channels > 3 && channels % 3 === 0 && channels % 4 !== 0 && filters % 4 === 0;
}

/** [.., channels, height, width], padded with zeros to a multiple of 4 channels. */
const widened = (value: Value): Value => pad(value, [0, 0, 0, 0], [0, 4 - (sizeAt(value.shape, 1) % 4), 0, 0]);

/** Replacements for such convolutions, by the node that they replace. */
export function paddedConvolutions(graph: Graph): Map<Node, Replacement> {
  const replacements = new Map<Node, Replacement>();
  for (const node of neededNodes(graph)) {
    const [x, weight, bias] = node.inputs;
    if (node.op !== convolutionOp || !x || !weight) continue;
    const isGrouped = sizeAt(x.shape, 1) !== sizeAt(weight.shape, 1);
    if (isGrouped || !isWrong(weight.shape)) continue;
    const begin = graph.nodes.length;
    const result = graph.single(convolutionOp, [widened(x), widened(weight), bias], node.attributes);
    replacements.set(node, { nodes: graph.nodes.slice(begin), result });
  }
  return replacements;
}
