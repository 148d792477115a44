/** @file The weights of one network by their names in diffusers, as values of a graph. */
import { Graph, type Value, type WeightStorage, weight } from '../graph/index.js';
import type { Shape } from '../graph/shape.js';
import { openSafetensors, type SafetensorsFile } from '../safetensors/header.js';

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

  private constructor(graph: Graph, file: SafetensorsFile, path: string) {
    this.graph = graph;
    this.path = path;
    this.#file = file;
  }

  /**
   * Opens a `.safetensors` file and begins a graph for it; the scope is the whole network. Throws what `openSafetensors` throws.
   * @param storage how the weights are held; by default that depends on their size
   */
  static open(path: string, storage?: WeightStorage): WeightScope {
    const file = openSafetensors(path);
    return new WeightScope(new Graph({ weights: storage ?? storageOf(file) }), file, '');
  }

  /** A module within this one. */
  at(name: string): WeightScope {
    return new WeightScope(this.graph, this.#file, this.#join(name));
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

  #join(name: string): string {
    return this.path === '' ? name : `${this.path}.${name}`;
  }
}
