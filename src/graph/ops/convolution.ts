/** @file Two-dimensional convolution and its transpose. Layout [batch, channels, height, width]. */
import type { Attributes, Op, Value } from '../ir/graph.js';
import { shapeError } from '../ir/shape.js';

export interface ConvolutionOptions {
  /** Both directions. Default 1. */
  readonly stride?: number;
  /** Zeros at top, left, bottom, right; one number for all sides. Default 0. */
  readonly padding?: number | readonly [top: number, left: number, bottom: number, right: number];
}

/** An attribute that is a list of sizes. */
export function sizesOf(attributes: Attributes, name: string): readonly number[] {
  const sizes = attributes[name];
  if (!Array.isArray(sizes)) throw shapeError(`The attribute ${name} is not a list of sizes.`);
  return sizes;
}

/** The four dimensions of a value. @throws LoraBridgeError `internal.graph.shape` for another rank. */
export function dims4(value: Value | undefined): readonly [number, number, number, number] {
  const [n, c, h, w] = value?.shape ?? [];
  if (value?.shape.length !== 4 || n === undefined || c === undefined || h === undefined || w === undefined) {
    throw shapeError(`A convolution needs four dimensions, not [${value?.shape}].`);
  }
  return [n, c, h, w];
}

export const convolutionOp: Op = {
  type: 'Conv',
  domain: '',
  infer([x, weight, bias], attributes) {
    const [batch, channels, height, width] = dims4(x);
    const [filters, weightChannels, kernelHeight, kernelWidth] = dims4(weight);
    if (!x || channels !== weightChannels) throw shapeError(`Conv of [${x?.shape}] with a weight [${weight?.shape}].`);
    if (bias && (bias.shape.length !== 1 || bias.shape[0] !== filters)) throw shapeError(`Conv bias [${bias.shape}].`);
    const [top = 0, left = 0, bottom = 0, right = 0] = sizesOf(attributes, 'pads');
    const [stride = 1] = sizesOf(attributes, 'strides');
    const outHeight = Math.floor((height + top + bottom - kernelHeight) / stride) + 1;
    const outWidth = Math.floor((width + left + right - kernelWidth) / stride) + 1;
    return [{ dtype: x.dtype, shape: [batch, filters, outHeight, outWidth] }];
  },
};

export const transposedConvolutionOp: Op = {
  type: 'ConvTranspose',
  domain: '',
  infer([x, weight], attributes) {
    const [batch, channels, height, width] = dims4(x);
    const [weightChannels, filters, kernelHeight, kernelWidth] = dims4(weight);
    if (!x || channels !== weightChannels) throw shapeError(`ConvTranspose of [${x?.shape}] with [${weight?.shape}].`);
    const [top = 0, left = 0, bottom = 0, right = 0] = sizesOf(attributes, 'pads');
    const [stride = 1] = sizesOf(attributes, 'strides');
    const [extraHeight = 0, extraWidth = 0] = sizesOf(attributes, 'output_padding');
    const outHeight = (height - 1) * stride + kernelHeight - top - bottom + extraHeight;
    const outWidth = (width - 1) * stride + kernelWidth - left - right + extraWidth;
    return [{ dtype: x.dtype, shape: [batch, filters, outHeight, outWidth] }];
  },
};

function window({ stride = 1, padding = 0 }: ConvolutionOptions): Attributes {
  const pads = typeof padding === 'number' ? [padding, padding, padding, padding] : padding;
  return { strides: [stride, stride], pads };
}

/** torch's `conv2d`: x [N, C, H, W], weight [F, C, kh, kw], bias [F]. */
export const conv2d = (x: Value, weight: Value, bias?: Value, options: ConvolutionOptions = {}): Value =>
  x.graph.single(convolutionOp, [x, weight, bias], window(options));

/** torch's `conv_transpose2d`: x [N, F, H, W], weight [F, C, kh, kw]: the gradient of conv2d with the same weight. */
export const transposedConv2d = (
  x: Value,
  weight: Value,
  options: ConvolutionOptions & { readonly outputPadding?: readonly [number, number] } = {},
): Value =>
  x.graph.single(transposedConvolutionOp, [x, weight], {
    ...window(options),
    output_padding: options.outputPadding ?? [0, 0],
  });
