/** @file A graph of typed values: inputs, constants, weights that stay in their files, and nodes that make new values. */
import { LoraBridgeError } from '../../errors/lora-bridge-error.js';
import type { SafetensorsFile } from '../../safetensors/header.js';
import { readTensor, tensorEntry } from '../../safetensors/read.js';
import { type Dtype, dtypeOf, type NumberArray } from './dtype.js';
import type { OperatorName } from './operator-name.js';
import { type Shape, sameShape, shapeError, sizeAt, sizeOf } from './shape.js';

/** A float attribute; bare numbers are integers. */
export interface FloatAttribute {
  readonly float: number;
}
export type Attributes = Readonly<Record<string, number | string | readonly number[] | FloatAttribute>>;

export interface TensorType {
  readonly dtype: Dtype;
  readonly shape: Shape;
}

/** Where a value comes from. */
export type Source =
  | { readonly kind: 'input' }
  | { readonly kind: 'constant'; readonly data: NumberArray }
  | { readonly kind: 'weight'; readonly path: string; readonly offset: number; readonly bytes: number }
  | { readonly kind: 'node'; readonly node: Node };

/** A tensor of the graph. Only a Graph creates them. */
export interface Value extends TensorType {
  readonly graph: Graph;
  readonly name: string;
  readonly source: Source;
}

/** An operator of ONNX (domain '') or of ONNX Runtime, with its type and shape inference. */
export interface Op {
  readonly type: OperatorName;
  readonly domain: '' | 'com.microsoft';
  /** Its result shares the input's memory: recomputing it would save nothing. */
  readonly view?: boolean;
  /** @throws LoraBridgeError `internal.graph.shape` when the inputs do not fit. */
  infer(inputs: readonly (Value | undefined)[], attributes: Attributes): readonly TensorType[];
}

export interface Node {
  readonly op: Op;
  readonly inputs: readonly (Value | undefined)[];
  readonly attributes: Attributes;
  readonly outputs: readonly Value[];
  /** The backward pass recomputes this node instead of keeping its outputs. */
  readonly recompute: boolean;
}

/**
 * How frozen weights are held. `mapped`: they stay in their file, shared with the page cache; sessions start at once.
 * `resident`: they are read and widened to float32, and the runtime may rearrange copies of them: faster for small models.
 */
export type WeightStorage = 'mapped' | 'resident';

const fileDtypes = { F32: 'float32', F16: 'float16', BF16: 'bfloat16' } as const;

export class Graph {
  readonly inputs = new Map<string, Value>();
  readonly outputs = new Map<string, Value>();
  /** In the order in which they were added, which is a topological order. */
  readonly nodes: Node[] = [];
  readonly #initialisers = new Map<string, Value>();
  readonly weightStorage: WeightStorage;
  #names = 0;
  #recomputing = false;

  constructor(options: { readonly weights?: WeightStorage } = {}) {
    this.weightStorage = options.weights ?? 'mapped';
  }

  /** A value fed at each run. */
  input(name: string, shape: Shape, dtype: Dtype = 'float32'): Value {
    if (this.inputs.has(name)) throw new LoraBridgeError('internal', `The graph already has an input ${name}.`);
    const value: Value = { graph: this, name, dtype, shape, source: { kind: 'input' } };
    this.inputs.set(name, value);
    return value;
  }

  /** Names a value that each run returns. */
  output(name: string, value: Value): void {
    this.outputs.set(name, value);
  }

  /** A constant; without a shape it is a scalar or a vector. Equal small constants are one value. */
  constant(elements: NumberArray | number, shape?: Shape): Value {
    const data = typeof elements === 'number' ? Float32Array.of(elements) : elements;
    const dims = shape ?? (typeof elements === 'number' ? [] : [data.length]);
    if (sizeOf(dims) !== data.length) throw shapeError(`${data.length} values do not fill the shape [${dims}].`);
    const dtype = dtypeOf(data);
    const name = data.length <= 16 ? `${dtype}[${dims}]{${data}}` : this.#name('constant');
    return this.#initialiser(name, { dtype, shape: dims }, { kind: 'constant', data });
  }

  /**
   * A frozen weight of a safetensors file in the file's own type; `weight` in ops/ converts it to float32.
   * @param shape another shape for the same elements, for example [out, in] for a 1 × 1 convolution's [out, in, 1, 1]
   * @param rows only the rows from (inclusive) to (exclusive) of the first axis of the file's shape
   * @throws LoraBridgeError `input.safetensors.tensor` when it is missing, not a float tensor, or of another size.
   */
  weight(
    file: SafetensorsFile,
    tensor: string,
    options: { readonly shape?: Shape; readonly rows?: readonly [from: number, to: number] } = {},
  ): Value {
    const entry = tensorEntry(file, tensor);
    const [from, to] = options.rows ?? [0, entry.shape[0] ?? 1];
    const shape = options.shape ?? (options.rows ? [to - from, ...entry.shape.slice(1)] : entry.shape);
    const rowSize = sizeOf(entry.shape.slice(1));
    if (sizeOf(shape) !== (to - from) * rowSize || (options.rows && to > sizeAt(entry.shape, 0))) {
      throw new LoraBridgeError(
        'input.safetensors.tensor',
        `Tensor ${tensor} of ${file.path} has the shape [${entry.shape}], but [${shape}] is needed.`,
        { file: file.path, hint: 'Check that the weights and the config.json next to them belong to the same model.' },
      );
    }
    const name = `${file.path}:${tensor}[${from}:${to}][${shape}]`;
    const known = this.#initialisers.get(name);
    if (known) return known;
    if (this.weightStorage === 'resident') {
      const data = readTensor(file, tensor).slice(from * rowSize, to * rowSize);
      return this.#initialiser(name, { dtype: 'float32', shape }, { kind: 'constant', data });
    }
    if (entry.dtype !== 'F32' && entry.dtype !== 'F16' && entry.dtype !== 'BF16') {
      throw new LoraBridgeError('input.safetensors.tensor', `Tensor ${tensor} of ${file.path} is ${entry.dtype}.`, {
        file: file.path,
        hint: 'Use a model saved as float32, float16 or bfloat16.',
      });
    }
    const width = entry.dtype === 'F32' ? 4 : 2;
    const offset = entry.begin + from * rowSize * width;
    const source: Source = { kind: 'weight', path: file.path, offset, bytes: (to - from) * rowSize * width };
    return this.#initialiser(name, { dtype: fileDtypes[entry.dtype], shape }, source);
  }

  /** A constant or weight in another shape; undefined for any other value. */
  view(value: Value, shape: Shape): Value | undefined {
    if (value.source.kind !== 'constant' && value.source.kind !== 'weight') return undefined;
    if (sizeOf(shape) !== sizeOf(value.shape)) throw shapeError(`[${value.shape}] cannot take the shape [${shape}].`);
    return this.#initialiser(`${value.name}[${shape}]`, { dtype: value.dtype, shape }, value.source);
  }

  /** Adds a node and returns its outputs. */
  apply(op: Op, inputs: readonly (Value | undefined)[], attributes: Attributes = {}): readonly Value[] {
    for (const value of inputs) {
      if (value && value.graph !== this)
        throw new LoraBridgeError('internal', `${op.type} mixes values of two graphs.`);
    }
    const outputs: Value[] = [];
    // What depends only on constants and weights, such as a widened weight, is never recomputed: the copy would not wait for the gradient.
    const isFixed = inputs.every(
      (input) => !input || input.source.kind === 'constant' || input.source.kind === 'weight',
    );
    const node: Node = { op, inputs, attributes, outputs, recompute: this.#recomputing && !op.view && !isFixed };
    for (const type of op.infer(inputs, attributes)) {
      outputs.push({ ...type, graph: this, name: this.#name(op.type), source: { kind: 'node', node } });
    }
    this.nodes.push(node);
    return outputs;
  }

  /** Adds a node with one output, and returns that. */
  single(op: Op, inputs: readonly (Value | undefined)[], attributes: Attributes = {}): Value {
    const [output] = this.apply(op, inputs, attributes);
    if (!output) throw new LoraBridgeError('internal', `${op.type} has no output.`);
    return output;
  }

  /**
   * Builds a segment whose values, the result included, the backward pass recomputes instead of keeping; only the segment's inputs
   * are kept. For what is cheap to compute and large to keep.
   */
  recompute(build: () => Value): Value {
    const outer = this.#recomputing;
    this.#recomputing = true;
    try {
      return build();
    } finally {
      this.#recomputing = outer;
    }
  }

  #initialiser(name: string, type: TensorType, source: Source): Value {
    const known = this.#initialisers.get(name);
    if (known && sameShape(known.shape, type.shape)) return known;
    const value: Value = { ...type, graph: this, name, source };
    this.#initialisers.set(name, value);
    return value;
  }

  #name(prefix: string): string {
    this.#names += 1;
    return `${prefix}_${this.#names}`;
  }
}
