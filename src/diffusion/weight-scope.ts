/** @file The weights of one network by their names in diffusers, as values of a graph, and the layers that multiply by them. */
import { add, conv2d, Graph, linear, type Value, type WeightStorage, weight } from '../graph/index.js';
import type { ConvolutionOptions } from '../graph/ops/convolution.js';
import { type Shape, sizeAt, sizeOf } from '../graph/shape.js';
import { openSafetensors, type SafetensorsFile } from '../safetensors/header.js';
import { Adapters } from './lora/adapters.js';

/** Networks up to this many bytes are read into memory, where the runtime may rearrange them; larger ones stay in their file. */
const residentBytes = 256 * 2 ** 20;

function storageOf(file: SafetensorsFile): WeightStorage {
  let bytes = 0;
  for (const { begin, end } of file.tensors.values()) bytes += end - begin;
  return bytes <= residentBytes ? 'resident' : 'mapped';
}

export interface WeightOptions {
  /** Another view of the same numbers. */
  readonly shape?: Shape;
  /** Only these rows of the first axis. */
  readonly rows?: readonly [from: number, to: number];
}

/** A module of a network: names are relative to it. */
export class WeightScope {
  readonly graph: Graph;
  readonly path: string;
  readonly #file: SafetensorsFile;
  readonly #adapters: Adapters;

  private constructor(graph: Graph, file: SafetensorsFile, path: string, adapters: Adapters) {
    this.graph = graph;
    this.path = path;
    this.#file = file;
    this.#adapters = adapters;
  }

  /**
   * Opens a `.safetensors` file and begins a graph for it; the scope is the whole network. Throws what `openSafetensors` throws.
   * @param storage how the weights are held; by default that depends on their size
   * @param adapters LoRAs to run the network with; call their `checkAllTaken` when the graph stands
   */
  static open(path: string, storage?: WeightStorage, adapters = new Adapters()): WeightScope {
    const file = openSafetensors(path);
    return new WeightScope(new Graph({ weights: storage ?? storageOf(file) }), file, '', adapters);
  }

  /** A module within this one. */
  at(name: string): WeightScope {
    return new WeightScope(this.graph, this.#file, this.#join(name), this.#adapters);
  }

  has(name: string): boolean {
    return this.#file.tensors.has(this.#join(name));
  }

  /** The tensor's shape as the file has it; undefined when there is none. */
  shape(name: string): Shape | undefined {
    return this.#file.tensors.get(this.#join(name))?.shape;
  }

  /** @throws LoraBridgeError `input.safetensors.tensor` when it is missing or of another size. */
  get(name: string, options: WeightOptions = {}): Value {
    return weight(this.graph, this.#file, this.#join(name), options);
  }

  /**
   * This layer applied to x [.., in], with its LoRAs: linear, or a 1 × 1 convolution as a product of tokens.
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

  /** This convolution applied to x [N, C, H, W], with its LoRAs. */
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
