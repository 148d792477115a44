/** @file Element types of graph values, with the codes of ONNX's `TensorProto.DataType`. */

export const onnxDtype = { float32: 1, int32: 6, int64: 7, float16: 10, bfloat16: 16 } as const;

export type Dtype = keyof typeof onnxDtype;

/** Elements of a constant or of a feed. 16-bit floats occur only as weights in files. */
export type NumberArray = Float32Array | Int32Array | BigInt64Array;

export function dtypeOf(data: NumberArray): Dtype {
  if (data instanceof Float32Array) return 'float32';
  return data instanceof Int32Array ? 'int32' : 'int64';
}

/** What matrix products are computed in: float32, or float16 with float32 where that is not accurate enough. */
export type Precision = 'fp32' | 'fp16';
