/** @file Where the weights of a network lie, under their names in diffusers: in one file or several, be they called as they may there. */
import { type Shape, sizeAt, sizeOf } from '../../graph/ir/shape.js';
import { openSafetensors, type SafetensorsFile } from '../../safetensors/header.js';
import { readTensor } from '../../safetensors/read.js';

/** One tensor of a network, as a view of one in a file. */
export interface WeightView {
  readonly file: SafetensorsFile;
  /** Its name in the file. */
  readonly tensor: string;
  /** As the network has it. */
  readonly shape: Shape;
  /** It is some rows of the file's tensor, from this one on: query, key and value often lie together. */
  readonly firstRow?: number;
  /** The file has the matrix the other way round. */
  readonly transposed?: boolean;
}

/** By the tensors' names in diffusers, or transformers for text encoders. */
export type NetworkWeights = ReadonlyMap<string, WeightView>;

/** The path of a `.safetensors` file whose names are those of diffusers, or the tensors one by one. */
export type WeightSource = string | NetworkWeights;

/** The tensors of a network. Throws what `openSafetensors` throws. */
export function openWeights(source: WeightSource): NetworkWeights {
  return typeof source === 'string' ? viewsOf(openSafetensors(source)) : source;
}

/** Every tensor of a file as it is. */
export function viewsOf(file: SafetensorsFile): NetworkWeights {
  return new Map([...file.tensors.values()].map(({ name, shape }) => [name, { file, tensor: name, shape }]));
}

/** The numbers of one tensor as float32, as the network has it. Throws what `readTensor` throws. */
export function readWeight({ file, tensor, shape, firstRow = 0, transposed = false }: WeightView): Float32Array {
  const stored = readTensor(file, tensor);
  if (transposed) {
    const [rows, columns] = [sizeAt(shape, 0), sizeAt(shape, 1)];
    return stored.map((_, index) => stored[(index % columns) * rows + Math.floor(index / columns)] ?? 0);
  }
  const begin = firstRow * sizeOf(shape.slice(1));
  return begin === 0 && sizeOf(shape) === stored.length ? stored : stored.slice(begin, begin + sizeOf(shape));
}
