/** @file Frozen weights as values. */
import type { SafetensorsFile } from '../../safetensors/header.js';
import type { Graph, Value } from '../ir/graph.js';
import type { Shape } from '../ir/shape.js';
import { cast } from './layout.js';

/**
 * A frozen weight of a safetensors file, as float32; float16 and bfloat16 are widened where they are used.
 * @param options.shape another shape for the same elements, for example [out, in] for a 1 × 1 convolution's [out, in, 1, 1]
 * @param options.rows only the rows from (inclusive) to (exclusive) of the first axis of the file's shape
 * @throws LoraBridgeError `input.safetensors.tensor` when it is missing, not a float tensor or of another size.
 */
export const weight = (
  graph: Graph,
  file: SafetensorsFile,
  tensor: string,
  options: { readonly shape?: Shape; readonly rows?: readonly [from: number, to: number] } = {},
): Value => cast(graph.weight(file, tensor, options), 'float32');
