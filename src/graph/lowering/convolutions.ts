/** @file Which convolutions of a graph are replaced by Winograd's algorithm. */
import type { Graph, Node, Value } from '../ir/graph.js';
import { sizeAt, sizeOf } from '../ir/shape.js';
import { neededNodes, type Replacement } from '../ir/subgraph.js';
import { add } from '../ops/arithmetic.js';
import { convolutionOp, sizesOf, transposedConvolutionOp } from '../ops/convolution.js';
import { castOp, reshape } from '../ops/layout.js';
import { filterFrequencies, type TileSize, winograd } from './winograd.js';

/**
 * From how many pixels on a tile size pays off. The weight's frequencies are computed in each run, which takes no permanent memory and,
 * for so many pixels, less time than it saves.
 */
const fromPixels: readonly (readonly [TileSize, number])[] = [
  [4, 1024],
  [2, 256],
];

/** Bytes of frequencies that are kept from the forward to the backward pass; all others are recomputed at each use. */
const keptBytes = 384 * 2 ** 20;

/** With fewer channels it does not pay off. */
const minimumChannels = 32;

/** Whether a value is a weight of a file, or one converted to float32. */
function isFrozen({ source }: Value): boolean {
  if (source.kind !== 'node') return source.kind === 'weight';
  const [narrow] = source.node.inputs;
  return source.node.op === castOp && narrow !== undefined && isFrozen(narrow);
}

/** The tile size for a 3 × 3 convolution or the gradient of its input; undefined for all other nodes. */
function tileFor({ op, inputs, attributes }: Node): TileSize | undefined {
  if (op !== convolutionOp && op !== transposedConvolutionOp) return undefined;
  const [x, weight] = inputs;
  if (!x || !weight || !isFrozen(weight) || x.dtype !== 'float32') return undefined;
  const [filters, channels] = [sizeAt(weight.shape, 0), sizeAt(weight.shape, 1)];
  const fits =
    sizeAt(weight.shape, 2) === 3 &&
    sizeAt(weight.shape, 3) === 3 &&
    sizesOf(attributes, 'pads').every((size) => size === 1) &&
    sizesOf(attributes, 'strides').every((size) => size === 1) &&
    Math.min(filters, channels) >= minimumChannels;
  if (!fits) return undefined;
  const [height, width] = [sizeAt(x.shape, 2), sizeAt(x.shape, 3)];
  return fromPixels.find(
    ([edge, pixels]) => height * width >= pixels && height % edge === 0 && width % edge === 0,
  )?.[0];
}

/**
 * Replacements for the graph's large convolutions that take fewer multiplications, by the node that they replace.
 * @param lowMemory whether to keep nothing for the backward pass
 */
export function fewerMultiplications(graph: Graph, lowMemory = false): Map<Node, Replacement> {
  const replacements = new Map<Node, Replacement>();
  const kept = new Map<Value, Value>();
  let room = lowMemory ? 0 : keptBytes;
  const frequenciesOf = (weight: Value, tile: TileSize, x: Value): Value => {
    const known = kept.get(weight);
    if (known) return known;
    const frequencies = filterFrequencies(weight, tile, x);
    const bytes = 4 * sizeOf(frequencies.shape);
    if (bytes <= room) {
      kept.set(weight, frequencies);
      room -= bytes;
    }
    return frequencies;
  };
  for (const node of neededNodes(graph)) {
    const tile = tileFor(node);
    const [x, weight, bias] = node.inputs;
    if (tile === undefined || !x || !weight) continue;
    const begin = graph.nodes.length;
    const product = winograd(x, frequenciesOf(weight, tile, x), node.op === transposedConvolutionOp, tile);
    const result = bias ? add(product, reshape(bias, [sizeAt(bias.shape, 0), 1, 1])) : product;
    replacements.set(node, { nodes: graph.nodes.slice(begin), result });
  }
  return replacements;
}
