/** @file Converts tensors to OrtValues and back. */
import { LoraBridgeError } from '../../../errors/lora-bridge-error.js';
import { type Dtype, onnxDtype } from '../../ir/dtype.js';
import type { TensorType } from '../../ir/graph.js';
import { sizeOf } from '../../ir/shape.js';
import type { HostTensor, TensorElements } from '../runtime.js';
import type { OrtLibrary, Pointer } from './library.js';

const dtypeByNumber = new Map<number, Dtype>(
  Object.entries(onnxDtype).map(([name, number]) => [number, name as Dtype]),
);

const arrays = {
  float32: Float32Array,
  int32: Int32Array,
  int64: BigInt64Array,
  float16: Uint16Array,
  bfloat16: Uint16Array,
} as const;

const bytesOf = (array: TensorElements) => new Uint8Array(array.buffer, array.byteOffset, array.byteLength);

const memoryOf = (library: OrtLibrary, value: Pointer, bytes: number): Uint8Array =>
  library.view(library.create('GetTensorMutableData', value), bytes);

/** A new OrtValue in an allocator's memory, not initialised. */
export function emptyValue(library: OrtLibrary, allocator: Pointer, { dtype, shape }: TensorType): Pointer {
  const dimensions = BigInt64Array.from(shape, BigInt);
  return library.create('CreateTensorAsOrtValue', allocator, dimensions, shape.length, onnxDtype[dtype]);
}

/** A new OrtValue in host memory with a copy of a tensor's elements: JavaScript's garbage collector may move the original. */
export function newValue(library: OrtLibrary, tensor: HostTensor): Pointer {
  const { data } = tensor;
  const value = emptyValue(library, library.allocator, tensor);
  if (data.length > 0) memoryOf(library, value, data.byteLength).set(bytesOf(data));
  return value;
}

/** Element type and shape of an OrtValue. */
export function typeOfValue(library: OrtLibrary, value: Pointer): TensorType {
  const info = library.create('GetTensorTypeAndShape', value);
  try {
    const dtype = dtypeByNumber.get(library.read('GetTensorElementType', info));
    const dimensions = new BigInt64Array(library.read('GetDimensionsCount', info));
    library.call('GetDimensions', info, dimensions, dimensions.length);
    if (dtype === undefined)
      throw new LoraBridgeError('internal', 'ONNX Runtime returned a tensor of an unknown type.');
    return { dtype, shape: Array.from(dimensions, Number) };
  } finally {
    library.release('ReleaseTensorTypeAndShapeInfo', info);
  }
}

/** Copies an OrtValue in host memory, and releases it. */
export function takeValue(library: OrtLibrary, value: Pointer): HostTensor {
  try {
    return copyOfValue(library, value);
  } finally {
    library.release('ReleaseValue', value);
  }
}

function copyOfValue(library: OrtLibrary, value: Pointer): HostTensor {
  const { dtype, shape } = typeOfValue(library, value);
  const data = new arrays[dtype](sizeOf(shape));
  if (data.length > 0) bytesOf(data).set(memoryOf(library, value, data.byteLength));
  return { dtype, shape, data };
}
