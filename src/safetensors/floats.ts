/** @file Converts float tensors of any width to float32 and back. */
import type { SafetensorsDtype } from './dtype.js';
import { brainToFloat, floatToBrain, floatToHalf, halfToFloat } from './half.js';

export type FloatDtype = 'F64' | 'F32' | 'F16' | 'BF16';

export function isFloatDtype(dtype: SafetensorsDtype): dtype is FloatDtype {
  return dtype === 'F64' || dtype === 'F32' || dtype === 'F16' || dtype === 'BF16';
}

/** A file's bytes as float32: F16 and BF16 are widened exactly, F64 is rounded. For F32 the result shares the memory. */
export function toFloats(dtype: FloatDtype, { buffer, byteOffset, length }: Uint8Array): Float32Array {
  if (dtype === 'F64') return Float32Array.from(new Float64Array(buffer, byteOffset, length / 8));
  if (dtype === 'F32') return new Float32Array(buffer as ArrayBuffer, byteOffset, length / 4);
  const patterns = new Uint16Array(buffer, byteOffset, length / 2);
  return dtype === 'F16' ? halfToFloat(patterns) : brainToFloat(patterns);
}

/** float32 values as a file's bytes: rounded to nearest, ties to even, where that is narrower. */
export function fromFloats(dtype: FloatDtype, values: Float32Array): Uint8Array {
  const packed = {
    F64: () => Float64Array.from(values),
    F32: () => values,
    F16: () => floatToHalf(values),
    BF16: () => floatToBrain(values),
  }[dtype]();
  return new Uint8Array(packed.buffer, packed.byteOffset, packed.byteLength);
}
