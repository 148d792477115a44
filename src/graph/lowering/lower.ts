/** @file Rewrites a graph for the device and the precision that it runs in. */
import { attentionBlock } from '../device/attention-block.js';
import type { Precision } from '../ir/dtype.js';
import type { Graph } from '../ir/graph.js';
import { replaceNodes, type Subgraph } from '../ir/subgraph.js';
import type { Device } from '../runtime/runtime.js';
import { fewerMultiplications } from './convolutions.js';
import { decomposeAttention } from './decompose-attention.js';
import { decomposeProducts } from './decompose-products.js';
import { halfPrecision } from './half-precision.js';
import { paddedConvolutions } from './padded-convolutions.js';

export interface LoweringOptions {
  readonly device?: Device;
  /** Default: float32. */
  readonly precision?: Precision;
  /** Recompute, where possible, what is otherwise kept from the forward to the backward pass; the builder of the graph may do more. */
  readonly lowMemory?: boolean;
}

/**
 * Whether large values get memory of their own and convolutions use Winograd's algorithm: for large models on CPUs. GPU kernels do better
 * by themselves, and small models do not need it.
 */
export const isLean = (graph: Graph, { device = 'cpu', precision = 'fp32' }: LoweringOptions): boolean =>
  device === 'cpu' && precision === 'fp32' && graph.weightStorage === 'mapped';

function ofDevice(graph: Graph, options: LoweringOptions): Subgraph {
  const { device, precision, lowMemory } = options;
  if (device === 'webgpu') {
    const { elements } = attentionBlock(device, precision);
    return replaceNodes(
      graph,
      new Map([...decomposeAttention(graph, elements), ...decomposeProducts(graph), ...paddedConvolutions(graph)]),
    );
  }
  return isLean(graph, options) ? replaceNodes(graph, fewerMultiplications(graph, lowMemory)) : graph;
}

/** The subgraph that computes the graph's outputs on the device, in the precision. */
export function lower(graph: Graph, options: LoweringOptions): Subgraph {
  const subgraph = ofDevice(graph, options);
  return options.precision === 'fp16' ? halfPrecision(subgraph, options.device ?? 'cpu') : subgraph;
}
