/** @file A tensor in any kind of file, read on demand. */
import { LoraBridgeError } from '../errors/lora-bridge-error.js';
import type { SafetensorsDtype } from './dtype.js';
import { isFloatDtype, toFloats } from './floats.js';
import type { SafetensorsFile } from './header.js';
import { readTensorBytes } from './read.js';

export interface StoredTensor {
  readonly name: string;
  readonly dtype: SafetensorsDtype;
  readonly shape: readonly number[];
  /** Reads its elements, row-major and little-endian, into a buffer of their own. */
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
 * Reads a tensor as float32; F16 and BF16 are widened exactly, F64 is rounded.
 * @param path of the file, for the message
 * @throws LoraBridgeError `input.safetensors.tensor` for integers and 8-bit floats.
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
