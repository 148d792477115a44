/**
 * @file A graph in mixed precision: matrix products, convolutions and attention take and return float16; operators that move elements or
 * are elementwise follow their inputs, so that activations stay in 16 bits. Sums, the loss, inputs and outputs stay float32. Micikevicius et al., "Mixed Precision Training" (2018, arXiv 1710.03740).
 */
import { onnxDtype } from '../ir/dtype.js';
import type { Attributes, Node, Op, Value } from '../ir/graph.js';
import { sizeOf } from '../ir/shape.js';
import { neededNodes, type Subgraph } from '../ir/subgraph.js';
import { castOp } from '../ops/layout.js';
import { resizeOp } from '../ops/pooling.js';
import type { Device } from '../runtime/runtime.js';
import { type Width, widthOf } from './widths.js';

const largestHalf = 65504;

const isFloat = ({ dtype }: Value): boolean => dtype === 'float32' || dtype === 'float16' || dtype === 'bfloat16';
const isInitialiser = ({ source }: Value): boolean => source.kind === 'constant' || source.kind === 'weight';
const isChangeOfWidth = ({ op, inputs: [x] }: Node): boolean => op === castOp && x !== undefined && isFloat(x);

/** Values whose every use is in float16, through operators that only move elements too. */
function narrowUses({ outputs }: Subgraph, nodes: readonly Node[], device: Device): (value: Value) => boolean {
  const used = new Set<Value>();
  const wide = new Set<Value>(outputs.values());
  for (const { op, inputs, outputs: results } of nodes.toReversed()) {
    const width = widthOf(op, device);
    const isNarrow = width === 'half' || (width === 'move' && results.every((result) => !wide.has(result)));
    for (const input of inputs) {
      if (!input) continue;
      used.add(input);
      if (!isNarrow) wide.add(input);
    }
  }
  return (value) => used.has(value) && !wide.has(value);
}

const clipOp: Op = {
  type: 'Clip',
  domain: '',
  infer: ([x]) => (x ? [{ dtype: x.dtype, shape: x.shape }] : []),
};

/** Builds the nodes of the converted subgraph. */
class Narrowing {
  readonly nodes: Node[] = [];
  readonly #device: Device;
  readonly #casts = new Map<Value, Map<string, Value>>();
  /** Values of the original subgraph that are different ones in the converted subgraph. */
  readonly #current = new Map<Value, Value>();
  readonly #isNarrowUse: (value: Value) => boolean;

  constructor(subgraph: Subgraph, nodes: readonly Node[], device: Device) {
    this.#device = device;
    this.#isNarrowUse = narrowUses(subgraph, nodes, device);
  }

  /** The corresponding value of the converted subgraph, in the type that it was computed in. */
  current(value: Value): Value {
    return this.#current.get(value) ?? value;
  }

  #apply({ graph }: Value, op: Op, inputs: readonly (Value | undefined)[], attributes: Attributes): readonly Value[] {
    const outputs = graph.apply(op, inputs, attributes);
    const [node] = graph.nodes.slice(-1);
    if (node) this.nodes.push(node);
    return outputs;
  }

  /** A constant clamped to the range of float16. */
  #saturated(value: Value): Value {
    const { source, graph, shape } = value;
    if (source.kind !== 'constant' || !(source.data instanceof Float32Array)) return value;
    if (source.data.every((number) => Math.abs(number) <= largestHalf || !Number.isFinite(number))) return value;
    return graph.constant(
      source.data.map((number) => Math.min(largestHalf, Math.max(-largestHalf, number))),
      shape,
    );
  }

  /** A value of the converted subgraph as `dtype`, with one cast for all uses. The runtime folds casts of weights and constants. */
  as(value: Value, dtype: 'float16' | 'float32'): Value {
    if (value.dtype === dtype || !isFloat(value)) return value;
    const known = this.#casts.get(value)?.get(dtype);
    if (known) return known;
    const from = dtype === 'float16' ? this.#saturated(value) : value;
    const [cast = value] = this.#apply(from, castOp, [from], { to: onnxDtype[dtype] });
    const result = isInitialiser(value) ? cast : this.#withRounding(cast);
    this.#casts.set(value, (this.#casts.get(value) ?? new Map()).set(dtype, result));
    // Converting back is lossless: no cast.
    if (dtype === 'float32') this.#casts.set(result, new Map([[value.dtype, value]]));
    return result;
  }

  /**
   * On a CPU the runtime computes float16 in float32 and removes pairs of casts between nodes, and with them the rounding. A node that it
   * has a float16 kernel for, between our casts, prevents that: results are then rounded as on a GPU.
   */
  #withRounding(value: Value): Value {
    if (this.#device !== 'cpu' || value.dtype !== 'float16') return value;
    const [low, high] = [-Infinity, Infinity].map((bound) => this.as(value.graph.constant(bound), 'float16'));
    const [clipped = value] = this.#apply(value, clipOp, [value, low, high], {});
    return clipped;
  }

  /** The type that a node is computed in. */
  #typeOf(node: Node, inputs: readonly (Value | undefined)[], width: Width): 'float16' | 'float32' {
    if (width === 'half') return 'float16';
    if (width === 'single') return 'float32';
    if (width === 'move' && node.outputs.every(this.#isNarrowUse)) return 'float16';
    const floats = inputs.filter((input): input is Value => input !== undefined && isFloat(input));
    const computed = floats.filter((input) => !isInitialiser(input));
    const deciding = computed.length > 0 ? computed : floats;
    const size = Math.max(...deciding.map(({ shape }) => sizeOf(shape)));
    const isHalf = (value: Value) => value.dtype !== 'float32' || sizeOf(value.shape) < size;
    return deciding.every(isHalf) ? 'float16' : 'float32';
  }

  add(node: Node): void {
    const inputs = node.inputs.map((input) => input && this.current(input));
    const [first] = inputs;
    const [output] = node.outputs;
    if (!first || !output) return;
    // A value that was widened only for computing stays narrow.
    if (isChangeOfWidth(node)) {
      this.#current.set(output, first);
      return;
    }
    const width = widthOf(node.op, this.#device);
    const dtype = this.#typeOf(node, inputs, width);
    const isInside = width === 'inside' || (width !== 'move' && this.#device === 'cpu');
    const inner = isInside ? 'float32' : dtype;
    const made = this.#apply(
      first,
      node.op,
      inputs.map((input, index) =>
        index > 0 && node.op === resizeOp ? input : input && this.as(this.as(input, dtype), inner),
      ),
      node.attributes,
    );
    node.outputs.forEach((old, index) => {
      const result = made[index];
      if (!result) return;
      // Further results are statistics only.
      this.#current.set(old, isInside && index === 0 ? this.as(result, dtype) : result);
    });
  }
}

/** The subgraph in mixed precision; inputs keep their types, outputs are float32. */
export function halfPrecision(subgraph: Subgraph, device: Device): Subgraph {
  const nodes = neededNodes(subgraph);
  const narrowing = new Narrowing(subgraph, nodes, device);
  for (const node of nodes) narrowing.add(node);
  const outputs = Array.from(
    subgraph.outputs,
    ([name, value]) => [name, narrowing.as(narrowing.current(value), 'float32')] as const,
  );
  return { inputs: subgraph.inputs, nodes: narrowing.nodes, outputs: new Map(outputs) };
}
