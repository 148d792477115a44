/**
 * @file What values of a model lie in memory at each moment of a run, as ONNX Runtime plans it (`allocation_planner.cc`): a value has a
 * buffer from the node that makes it to the last one that reads it; a reshaped value is the same buffer; and a buffer whose value
 * is no longer needed is handed on to the next value of the same shape, and held until then. Of values whose shape the runtime does
 * not know beforehand, none is handed on.
 */
import type { Node, Value } from '../../../src/graph/ir/graph.js';
import { sizeOf } from '../../../src/graph/ir/shape.js';
import { neededNodes, type Subgraph } from '../../../src/graph/ir/subgraph.js';
import { lateReshapeOp, reshapeOp } from '../../../src/graph/ops/layout.js';

export interface Planning {
  /** In the order of running. */
  readonly nodes: readonly Node[];
  /** Whether the runtime learns the shape of a reshaped value only in the run. */
  readonly isLate: (node: Node) => boolean;
  /** Inputs that a node may overwrite with its result. */
  readonly mayOverwrite: (node: Node) => readonly number[];
  /** Bytes that a node takes while it runs, in addition to its inputs and outputs. */
  readonly workspace: (node: Node) => number;
}

export interface Liveness {
  /** The most bytes that all values take together, workspaces included. */
  readonly peak: number;
  /** Bytes of values that are there when the backward pass begins. */
  readonly kept: number;
  /** The largest workspace. */
  readonly workspace: number;
  /** What lies in memory at the peak, largest first. */
  readonly atPeak: readonly Buffer[];
}

/** Memory of one value, or of several one after the other. */
interface Buffer {
  readonly value: Value;
  readonly bytes: number;
  readonly from: number;
  /** The last node that reads it. */
  to: number;
}

const widths = { float32: 4, int32: 4, int64: 8, float16: 2, bfloat16: 2 } as const;

export const bytesOf = ({ dtype, shape }: Value): number => widths[dtype] * sizeOf(shape);

const isReshape = ({ op }: Node): boolean => op === reshapeOp || op === lateReshapeOp;
const shapeKey = ({ dtype, shape }: Value): string => `${widths[dtype]}:${shape}`;

/** The last step of the forward pass: of the nodes that the loss needs, the last whose result something else needs, too. */
function lastForward(nodes: readonly Node[], loss: Value): number {
  const forward = new Set(neededNodes({ inputs: new Map(), nodes, outputs: new Map([['loss', loss]]) }));
  const shared = new Set(nodes.flatMap((node) => (forward.has(node) ? [] : node.inputs)));
  return nodes.findLastIndex((node) => forward.has(node) && node.outputs.some((output) => shared.has(output)));
}

/** @param loss what the forward pass ends in */
export function liveness({ outputs }: Pick<Subgraph, 'outputs'>, loss: Value, planning: Planning): Liveness {
  const { nodes, isLate, mayOverwrite, workspace } = planning;
  const uses = new Map<Value, number>();
  const count = (value: Value, by: number) => uses.set(value, (uses.get(value) ?? 0) + by);
  for (const { inputs } of nodes) for (const input of inputs) if (input) count(input, 1);
  // The caller reads these.
  for (const output of outputs.values()) count(output, 1);

  /** The buffer of each value that nodes make, and for each buffer its uses that are still to come. */
  const buffers = new Map<Value, Buffer>();
  const toCome = new Map<Buffer, number>();
  const all: Buffer[] = [];
  const unknown = new Set<Value>();
  /** Buffers that can be handed on, the one given back last at the end. */
  let free: Buffer[] = [];

  const bufferFor = (node: Node, output: Value, index: number, step: number): Buffer | undefined => {
    const [source] = node.inputs;
    if (isReshape(node)) return source && buffers.get(source);
    if (!unknown.has(output)) {
      for (const position of index === 0 ? mayOverwrite(node) : []) {
        const input = node.inputs[position];
        const buffer = input && buffers.get(input);
        if (!input || !buffer || toCome.get(buffer) !== 1 || unknown.has(input)) continue;
        if (shapeKey(input) === shapeKey(output)) return buffer;
      }
      const key = shapeKey(output);
      const handedOn = free.findLast(({ value }) => shapeKey(value) === key);
      if (handedOn) {
        free = free.filter((buffer) => buffer !== handedOn);
        return handedOn;
      }
    }
    const buffer = { value: output, bytes: bytesOf(output), from: step, to: step };
    all.push(buffer);
    toCome.set(buffer, 0);
    return buffer;
  };
  const read = (buffer: Buffer, step: number, times: number): void => {
    const left = (toCome.get(buffer) ?? 0) - times;
    toCome.set(buffer, left);
    if (left > 0) return;
    buffer.to = step;
    if (!unknown.has(buffer.value) && buffer.value.shape.length > 0) free.push(buffer);
  };

  for (const [step, node] of nodes.entries()) {
    // A reshape names the shape of its result.
    const isUnknown = isReshape(node) ? isLate(node) : node.inputs.some((input) => input && unknown.has(input));
    if (isUnknown) for (const output of node.outputs) unknown.add(output);
    for (const [index, output] of node.outputs.entries()) {
      const buffer = bufferFor(node, output, index, step);
      if (!buffer) continue;
      buffers.set(output, buffer);
      toCome.set(buffer, (toCome.get(buffer) ?? 0) + (uses.get(output) ?? 0));
    }
    for (const input of node.inputs) {
      const buffer = input && buffers.get(input);
      if (buffer) read(buffer, step, 1);
    }
    for (const output of node.outputs) {
      const buffer = buffers.get(output);
      if (buffer && !uses.has(output)) read(buffer, step, 0);
    }
  }
  for (const output of outputs.values()) {
    const buffer = buffers.get(output);
    if (buffer) buffer.to = nodes.length;
  }
  return sweep(all, nodes, loss, workspace);
}

function sweep(
  all: readonly Buffer[],
  nodes: readonly Node[],
  loss: Value,
  workspace: Planning['workspace'],
): Liveness {
  const change = new Float64Array(nodes.length + 2);
  const add = (step: number, bytes: number) => change.set([(change[step] ?? 0) + bytes], step);
  for (const { from, to, bytes } of all) {
    add(from, bytes);
    add(to + 1, -bytes);
  }
  const boundary = lastForward(nodes, loss);
  let [live, peak, kept, most, peakStep] = [0, 0, 0, 0, 0];
  for (const [step, node] of nodes.entries()) {
    live += change[step] ?? 0;
    const own = workspace(node);
    most = Math.max(most, own);
    if (live + own > peak) [peak, peakStep] = [live + own, step];
    if (step === boundary) kept = live;
  }
  const atPeak = all.filter(({ from, to }) => from <= peakStep && to >= peakStep).sort((a, b) => b.bytes - a.bytes);
  return { peak, kept, workspace: most, atPeak };
}
