/** @file What a training step holds in the memory of its device, from its graph alone. */
import type { UnetConfig } from '../../../src/diffusion/config/unet-config.js';
import type { ModelPart } from '../../../src/diffusion/model/base-model.js';
import type { UnetGeometry } from '../../../src/diffusion/unet/geometry.js';
import { buildTrainStep } from '../../../src/diffusion/unet/train-step.js';
import { repeatingInputs } from '../../../src/diffusion/unet/unet.js';
import type { Graph, Node, Value } from '../../../src/graph/ir/graph.js';
import { sizeOf } from '../../../src/graph/ir/shape.js';
import { neededNodes, type Subgraph } from '../../../src/graph/ir/subgraph.js';
import { hoist } from '../../../src/graph/lowering/hoisting.js';
import { isLean, lower } from '../../../src/graph/lowering/lower.js';
import { lateFrom } from '../../../src/graph/onnx/encode.js';
import { castOp, lateReshapeOp, reshapeOp } from '../../../src/graph/ops/layout.js';
import { flopOf } from '../flop.js';
import { bytesOf, type Liveness, liveness } from './liveness.js';
import { runOrder } from './run-order.js';

export interface StepMemory extends Liveness {
  /** Bytes of frozen weights and constants, in the types that the device has them in. */
  readonly weights: number;
  /** Floating point operations of all products. */
  readonly flop: number;
}

const isInitialiser = ({ source }: Value): boolean => source.kind === 'constant' || source.kind === 'weight';

/** A weight or constant in another type. */
const isCastInitialiser = ({ op, inputs: [x] }: Node): boolean => op === castOp && x !== undefined && isInitialiser(x);

/** Inputs that kernels for the CPU say they may overwrite (`MayInplace`); those for CUDA do not where it matters. */
const overwritten: Readonly<Record<string, readonly number[]>> = {
  Add: [0, 1],
  Cast: [0],
  Div: [0, 1],
  Erf: [0],
  Exp: [0],
  Mul: [0, 1],
  QuickGelu: [0],
  Sigmoid: [0],
  Softmax: [0],
  Sub: [0, 1],
};

const sizeAfter = (value: Value | undefined, axes: number): number => sizeOf(value?.shape.slice(axes) ?? []);

/** Bytes that the kernel of a node allocates for itself. */
function ownBytes({ op, inputs, outputs }: Node, isCpu: boolean): number {
  const [x, weight] = inputs;
  const [y] = outputs;
  if (!x || !y) return 0;
  const width = bytesOf(y) / sizeOf(y.shape);
  switch (op.type) {
    // A CPU unrolls the picture in pieces. cuDNN's choice is not known beforehand: the whole unrolled picture is assumed.
    case 'Conv':
      return isCpu ? 0 : (width * sizeOf(y.shape) * sizeAfter(weight, 1)) / (y.shape[1] ?? 1);
    case 'ConvTranspose':
      return (width * (sizeOf(x.shape) / (x.shape[1] ?? 1)) * sizeAfter(weight, 1)) / (isCpu ? (x.shape[0] ?? 1) : 1);
    // A CPU's kernel puts the heads of its inputs apart; the fused ones of CUDA read them as they lie.
    case 'MultiHeadAttention':
      return isCpu ? inputs.slice(0, 3).reduce((sum, input) => sum + (input ? bytesOf(input) : 0), 0) : 0;
    default:
      return 0;
  }
}

/** The subgraph that is run at each step: on a CPU, without what is computed once for each caption and timestep. */
export function mainSubgraph(graph: Graph, geometry: UnetGeometry): Subgraph {
  const subgraph = lower(graph, geometry);
  return (geometry.device ?? 'cpu') === 'cpu' ? hoist(subgraph, repeatingInputs).main : subgraph;
}

export function stepMemory(unet: ModelPart<UnetConfig>, geometry: UnetGeometry): StepMemory {
  const graph = buildTrainStep(unet, geometry, { storage: 'mapped' });
  const subgraph = mainSubgraph(graph, geometry);
  const isCpu = (geometry.device ?? 'cpu') === 'cpu';
  const returnsMemory = isLean(graph, geometry);
  const all = neededNodes(subgraph);
  const casts = new Map(
    all.filter(isCastInitialiser).flatMap(({ outputs: [result] }) => (result ? [[result, true]] : [])),
  );
  // 16-bit weights for computing in 32 bits are widened at each use; others are cast when the session is made.
  const isWidened = (value: Value) =>
    casts.has(value) &&
    value.dtype === 'float32' &&
    value.source.kind === 'node' &&
    value.source.node.inputs[0]?.source.kind === 'weight';
  const nodes = runOrder(all.filter((node) => !isCastInitialiser(node)));
  const initialisers = new Set<Value>();
  for (const { inputs } of nodes) {
    for (const input of inputs) {
      const stored = input && isWidened(input) && input.source.kind === 'node' ? input.source.node.inputs[0] : input;
      if (stored && (isInitialiser(stored) || casts.has(stored))) initialisers.add(stored);
    }
  }
  const loss = subgraph.outputs.get('loss');
  if (!loss) throw new Error('The graph has no loss.');
  const found = liveness(subgraph, loss, {
    nodes,
    isLate: ({ op, outputs: [output] }) =>
      op === lateReshapeOp || (op === reshapeOp && returnsMemory && sizeOf(output?.shape ?? []) >= lateFrom),
    mayOverwrite: ({ op }) => (isCpu ? (overwritten[op.type] ?? []) : []),
    workspace: (node) =>
      ownBytes(node, isCpu) + node.inputs.reduce((sum, x) => sum + (x && isWidened(x) ? bytesOf(x) : 0), 0),
  });
  return {
    ...found,
    weights: [...initialisers].reduce((sum, value) => sum + bytesOf(value), 0),
    flop: nodes.reduce((sum, { op, inputs, outputs: [output] }) => {
      const shapes = inputs.map((input) => input?.shape ?? []);
      return sum + flopOf(op.type, shapes, output?.shape ?? []);
    }, 0),
  };
}
