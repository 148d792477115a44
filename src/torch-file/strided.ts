/** @file Tensors with arbitrary strides, and their elements in row-major order. */
import { bytesPerElement } from '../safetensors/dtype.js';
import type { PickledTensor } from './pickled-value.js';

/** Elements of a tensor. */
export const elementsOf = ({ shape }: PickledTensor): number =>
  shape.includes(0) ? 0 : shape.reduce((product, size) => product * size, 1);

/** How many elements of its storage a tensor spans, from its offset on; 0 for an empty tensor. */
export function span(tensor: PickledTensor): number {
  if (elementsOf(tensor) === 0) return 0;
  return tensor.shape.reduce((reach, size, axis) => reach + (size - 1) * (tensor.stride[axis] ?? 0), 1);
}

/** Whether the elements are in row-major order without gaps. */
export function isContiguous({ shape, stride }: PickledTensor): boolean {
  let expected = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const size = shape[axis] ?? 0;
    if (size !== 1 && stride[axis] !== expected) return false;
    expected *= size;
  }
  return true;
}

/** Copies a tensor's elements into row-major order. @param source its span, from its offset on */
export function gather(tensor: PickledTensor, source: Uint8Array): Uint8Array {
  const { shape, stride, storage } = tensor;
  const width = bytesPerElement[storage.dtype];
  const result = new Uint8Array(elementsOf(tensor) * width);
  const index = shape.map(() => 0);
  for (let position = 0; position < result.length; position += width) {
    const from = index.reduce((sum, at, axis) => sum + at * (stride[axis] ?? 0), 0) * width;
    result.set(source.subarray(from, from + width), position);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis] = (index[axis] ?? 0) + 1;
      if ((index[axis] ?? 0) < (shape[axis] ?? 0)) break;
      index[axis] = 0;
    }
  }
  return result;
}
