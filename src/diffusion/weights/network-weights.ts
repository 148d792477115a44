/** @file Where the weights of a network are stored, by their names in diffusers: in one file or several, under any names. */
import { type Shape, sizeAt, sizeOf } from '../../graph/ir/shape.js';
import { openSafetensors, type SafetensorsFile } from '../../safetensors/header.js';
import { readTensor } from '../../safetensors/read.js';

/** One tensor of a network, as a view of one in a file. */
export interface WeightView {
  readonly file: SafetensorsFile;
  /** Its name in the file. */
  readonly tensor: string;
  /** In the network. */
  readonly shape: Shape;
  /** It is a range of rows of the file's tensor, from this one on: query, key and value are often stored as one. */
  readonly firstRow?: number;
  /** The file has the transposed matrix. */
  readonly transposed?: boolean;
}

/** By the tensors' names in diffusers; for text encoders, in transformers. */
export type NetworkWeights = ReadonlyMap<string, WeightView>;

/** The path of a `.safetensors` file with diffusers' names, or the tensors one by one. */
export type WeightSource = string | NetworkWeights;

/**
 * The tensors of a network.
 * @throws what `openSafetensors` throws
 */
export function openWeights(source: WeightSource): NetworkWeights {
  return typeof source === 'string' ? viewsOf(openSafetensors(source)) : source;
}

/** Every tensor of a file under its own name. */
export function viewsOf(file: SafetensorsFile): NetworkWeights {
  return new Map([...file.tensors.values()].map(({ name, shape }) => [name, { file, tensor: name, shape }]));
}

/**
 * One tensor as float32, in the network's shape.
 * @throws what `readTensor` throws
 */
export function readWeight({ file, tensor, shape, firstRow = 0, transposed = false }: WeightView): Float32Array {
  const stored = readTensor(file, tensor);
  if (transposed) {
    const [rows, columns] = [sizeAt(shape, 0), sizeAt(shape, 1)];
    return stored.map((_, index) => stored[(index % columns) * rows + Math.floor(index / columns)] ?? 0);
  }
  const begin = firstRow * sizeOf(shape.slice(1));
  return begin === 0 && sizeOf(shape) === stored.length ? stored : stored.slice(begin, begin + sizeOf(shape));
}
