/** @file A tensor in whatever file it lies in, to be read when it is wanted. */
import { LoraBridgeError } from '../errors/lora-bridge-error.js';
import type { SafetensorsDtype } from './dtype.js';
import { isFloatDtype, toFloats } from './floats.js';
import type { SafetensorsFile } from './header.js';
import { readTensorBytes } from './read.js';

export interface StoredTensor {
  readonly name: string;
  readonly dtype: SafetensorsDtype;
  readonly shape: readonly number[];
  /** Its numbers, row-major and little-endian, in a buffer of their own. Reads the file. */
  bytes(): Uint8Array;
}

export interface TensorSource {
  readonly path: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly tensors: ReadonlyMap<string, StoredTensor>;
}

/** The tensors of a safetensors file. */
export function tensorsOf(file: SafetensorsFile): TensorSource {
  const tensors = Array.from(file.tensors.values(), ({ name, dtype, shape }): [string, StoredTensor] => [
    name,
    { name, dtype, shape, bytes: () => readTensorBytes(file, name) },
  ]);
  return { path: file.path, metadata: file.metadata, tensors: new Map(tensors) };
}

/**
 * A tensor's numbers as float32; F16 and BF16 are widened exactly, F64 is rounded.
 * @param path of the file, for the message
 * @throws LoraBridgeError `input.safetensors.tensor` for whole numbers and 8-bit floats.
 */
export function floatsOf({ name, dtype, bytes }: StoredTensor, path: string): Float32Array {
  if (!isFloatDtype(dtype)) {
    throw new LoraBridgeError('input.safetensors.tensor', `Tensor ${name} of ${path} is ${dtype}, not a float.`, {
      file: path,
      hint: 'Use a file saved as float32, float16 or bfloat16.',
    });
  }
  return toFloats(dtype, bytes());
}
