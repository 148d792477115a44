/** @file The weights of one network as values of a graph, by their names in diffusers, and the layers that use them. */
import { LoraBridgeError } from '../../errors/lora-bridge-error.js';
import { add, cast, conv2d, Graph, gather, linear, type Value, type WeightStorage, weight } from '../../graph/index.js';
import { type Shape, sizeAt, sizeOf } from '../../graph/ir/shape.js';
import type { ConvolutionOptions } from '../../graph/ops/convolution.js';
import { bytesPerElement } from '../../safetensors/dtype.js';
import { tensorEntry } from '../../safetensors/read.js';
import { Adapters } from './adapters.js';
import { type NetworkWeights, openWeights, readWeight, type WeightSource, type WeightView } from './network-weights.js';

/** Networks up to this many bytes are read into memory, where the runtime may rearrange them; larger ones stay in their file. */
const residentBytes = 256 * 2 ** 20;

/** How the weights of a network are stored by default. */
export function storageOf(weights: NetworkWeights): WeightStorage {
  let bytes = 0;
  for (const { file, tensor, shape } of weights.values())
    bytes += sizeOf(shape) * bytesPerElement[tensorEntry(file, tensor).dtype];
  return bytes <= residentBytes ? 'resident' : 'mapped';
}

export interface WeightOptions {
  /** Another shape for the same elements. */
  readonly shape?: Shape;
  /** Only these rows of the first axis. */
  readonly rows?: readonly [from: number, to: number];
}

/** A module of a network; names are relative to it. */
export class WeightScope {
  readonly graph: Graph;
  readonly path: string;
  readonly #weights: NetworkWeights;
  readonly #adapters: Adapters;

  private constructor(graph: Graph, weights: NetworkWeights, path: string, adapters: Adapters) {
    this.graph = graph;
    this.path = path;
    this.#weights = weights;
    this.#adapters = adapters;
  }

  /**
   * Opens the weights of a network and starts a graph for them; the scope is the whole network.
   * @param storage how the weights are stored; the default depends on their size
   * @param adapters LoRAs to run the network with; call their `checkAllTaken` when the graph is complete
   * @throws what `openSafetensors` throws
   */
  static open(source: WeightSource, storage?: WeightStorage, adapters = new Adapters()): WeightScope {
    const weights = openWeights(source);
    return new WeightScope(new Graph({ weights: storage ?? storageOf(weights) }), weights, '', adapters);
  }

  /**
   * Returns what `make` builds from this network. Weights that do not fit together are the model's fault, not the program's.
   * @throws LoraBridgeError `input.model.invalid` instead of `internal.graph.shape`
   */
  build<Result>(make: () => Result): Result {
    try {
      return make();
    } catch (cause) {
      if (!(cause instanceof LoraBridgeError) || cause.code !== 'internal.graph.shape') throw cause;
      const [view] = this.#weights.values();
      const file = view?.file.path;
      throw new LoraBridgeError('input.model.invalid', `The parts of a network do not fit together: ${cause.message}`, {
        ...(file === undefined ? {} : { file }),
        cause,
        hint: 'The configuration does not match the weights: download the model again.',
      });
    }
  }

  /** A module within this one. */
  at(name: string): WeightScope {
    return new WeightScope(this.graph, this.#weights, this.#join(name), this.#adapters);
  }

  has(name: string): boolean {
    return this.#weights.has(this.#join(name));
  }

  /** The tensor's shape; undefined when there is none. */
  shape(name: string): Shape | undefined {
    return this.#weights.get(this.#join(name))?.shape;
  }

  /** @throws LoraBridgeError `input.safetensors.tensor` when it is missing or of another size. */
  get(name: string, options: WeightOptions = {}): Value {
    const view = this.#view(name);
    const { file, tensor, firstRow = 0 } = view;
    // Transposed in memory: only small matrices are stored like this.
    if (view.transposed) return this.graph.constant(readWeight(view), view.shape);
    const [from, to] = options.rows ?? [0, view.shape[0] ?? 1];
    const shape = options.shape ?? (options.rows ? view.shape.with(0, to - from) : view.shape);
    return weight(this.graph, file, tensor, { shape, rows: [firstRow + from, firstRow + to] });
  }

  #view(name: string): WeightView {
    const path = this.#join(name);
    const view = this.#weights.get(path);
    if (view !== undefined) return view;
    const [file] = new Set([...this.#weights.values()].map(({ file }) => file.path));
    throw new LoraBridgeError('input.safetensors.tensor', `${file ?? 'An empty file'} has no tensor ${path}.`, {
      ...(file === undefined ? {} : { file }),
      hint: 'Check that this file is the right part of the model.',
    });
  }

  /** Rows of this embedding, [.., width] for positions [..]. Of 16-bit weights, only these are converted. */
  rowsAt(positions: Value): Value {
    const { file, tensor } = this.#view('weight');
    return cast(gather(this.graph.weight(file, tensor), positions), 'float32');
  }

  /**
   * Applies this layer, with its LoRAs, to x [.., in]: linear, or a 1 × 1 convolution as a product of tokens.
   * @param rows only these outputs of the layer
   */
  linear(x: Value, rows?: readonly [from: number, to: number]): Value {
    const stored = this.shape('weight') ?? this.get('weight').shape;
    const [from, to] = rows ?? [0, sizeAt(stored, 0)];
    const shape = [to - from, sizeOf(stored.slice(1))];
    const bias = this.has('bias') ? this.get('bias', rows && { rows }) : undefined;
    const base = linear(x, this.get('weight', rows ? { rows, shape } : { shape }), bias);
    return this.#adapters.take(this.path, stored).reduce((sum, { rank, down, up }) => {
      const inner = linear(x, this.graph.constant(down, [rank, sizeAt(shape, 1)]));
      return add(sum, linear(inner, this.graph.constant(up.slice(from * rank, to * rank), [to - from, rank])));
    }, base);
  }

  /** Applies this convolution, with its LoRAs, to x [N, C, H, W]. */
  conv2d(x: Value, options: ConvolutionOptions = {}): Value {
    const kernel = this.get('weight');
    const base = conv2d(x, kernel, this.has('bias') ? this.get('bias') : undefined, options);
    const [out, channels, height, width] = [0, 1, 2, 3].map((axis) => sizeAt(kernel.shape, axis));
    return this.#adapters.take(this.path, kernel.shape).reduce((sum, { rank, down, up }) => {
      const inner = conv2d(
        x,
        this.graph.constant(down, [rank, channels ?? 0, height ?? 1, width ?? 1]),
        undefined,
        options,
      );
      return add(sum, conv2d(inner, this.graph.constant(up, [out ?? 0, rank, 1, 1])));
    }, base);
  }

  #join(name: string): string {
    return this.path === '' ? name : `${this.path}.${name}`;
  }
}
