/** @file Where the weights of a network lie, under their names in diffusers: in one file or several, be they called as they may there. */
import type { Shape } from '../graph/shape.js';
import { openSafetensors, type SafetensorsFile } from '../safetensors/header.js';

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
