/** @file Reads individual tensors of a safetensors file. */
import { closeSync, openSync, readSync } from 'node:fs';
import { asLoraBridgeError, LoraBridgeError } from '../errors/lora-bridge-error.js';
import { isFloatDtype, toFloats } from './floats.js';
import type { SafetensorsFile, TensorEntry } from './header.js';

/** A tensor's entry. @throws LoraBridgeError `input.safetensors.tensor` when the file has no tensor of that name. */
export function tensorEntry(file: SafetensorsFile, name: string): TensorEntry {
  const entry = file.tensors.get(name);
  if (entry === undefined) {
    throw new LoraBridgeError('input.safetensors.tensor', `${file.path} has no tensor ${name}.`, {
      file: file.path,
      hint: 'Check that this file is the right part of the model.',
    });
  }
  return entry;
}

/** The raw bytes of a tensor, in a buffer of their own. */
export function readTensorBytes(file: SafetensorsFile, name: string): Buffer {
  const { begin, end } = tensorEntry(file, name);
  let descriptor: number;
  try {
    descriptor = openSync(file.path, 'r');
  } catch (error) {
    throw asLoraBridgeError(error);
  }
  try {
    const bytes = Buffer.from(new ArrayBuffer(end - begin));
    let got = 0;
    while (got < bytes.length) {
      // One read takes at most 2 GiB − 1 bytes.
      const count = readSync(descriptor, bytes, got, Math.min(bytes.length - got, 0x40000000), begin + got);
      if (count === 0) {
        throw new LoraBridgeError('input.safetensors.truncated', `${file.path} was truncated while it was read.`, {
          file: file.path,
          hint: 'Copy the file again and retry.',
        });
      }
      got += count;
    }
    return bytes;
  } finally {
    closeSync(descriptor);
  }
}

/**
 * A tensor as float32, in row-major order; F16 and BF16 are widened exactly, F64 is rounded.
 * @throws LoraBridgeError `input.safetensors.tensor` when it is missing or not a float tensor; `.truncated`.
 */
export function readTensor(file: SafetensorsFile, name: string): Float32Array {
  const { dtype } = tensorEntry(file, name);
  if (!isFloatDtype(dtype)) {
    throw new LoraBridgeError('input.safetensors.tensor', `Tensor ${name} of ${file.path} is ${dtype}, not a float.`, {
      file: file.path,
      hint: 'Use a model saved as float32, float16 or bfloat16.',
    });
  }
  return toFloats(dtype, readTensorBytes(file, name));
}
