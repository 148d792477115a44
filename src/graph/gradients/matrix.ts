/** @file Gradient rules of matrix products and convolutions. */
import { LoraBridgeError } from '../../errors/lora-bridge-error.js';
import type { Attributes, Value } from '../ir/graph.js';
import { sizeAt } from '../ir/shape.js';
import { conv2d, sizesOf, transposedConv2d } from '../ops/convolution.js';
import { gemm, type MatMulOptions, matmul } from '../ops/matmul.js';
import { inputShape, type Rule, type RuleContext, type RuleTable, unbroadcast } from './rule.js';

type Product = (a: Value, b: Value, options: MatMulOptions) => Value;

function factorOf({ alpha }: Attributes): number {
  return typeof alpha === 'object' && 'float' in alpha ? alpha.float : 1;
}

/** Gradients of the two factors of alpha · A'·B', where ' may transpose: products with one factor replaced by dY. */
function factorGradients(context: RuleContext, product: Product): [Value | undefined, Value | undefined] {
  const { node, gradient, input, requiresGradient } = context;
  const transA = node.attributes.transA === 1;
  const transB = node.attributes.transB === 1;
  const alpha = factorOf(node.attributes);
  const first = () =>
    transA
      ? product(input(1), gradient, { transA: transB, transB: true, alpha })
      : product(gradient, input(1), { transB: !transB, alpha });
  const second = () =>
    transB
      ? product(gradient, input(0), { transA: true, transB: transA, alpha })
      : product(input(0), gradient, { transA: !transA, alpha });
  return [requiresGradient(0) ? first() : undefined, requiresGradient(1) ? second() : undefined];
}

const gemmRule: Rule = (context) => [
  ...factorGradients(context, (a, b, options) => gemm(a, b, undefined, options)),
  context.node.inputs[2] && context.requiresGradient(2)
    ? unbroadcast(context.gradient, inputShape(context, 2))
    : undefined,
];

const fusedMatMulRule: Rule = (context) =>
  factorGradients(context, matmul).map((value, index) => value && unbroadcast(value, inputShape(context, index)));

/**
 * A convolution's weight [F, C, kh, kw] as that of its transpose, [C, F, kh, kw] rotated by 180°, if it is in memory: convolutions are
 * faster than transposed ones. A mapped weight is used as it is: a rotated copy would no longer be mapped.
 */
function rotated({ graph, source, shape }: Value): Value | undefined {
  if (source.kind !== 'constant' || !(source.data instanceof Float32Array)) return undefined;
  const [filters, channels] = [sizeAt(shape, 0), sizeAt(shape, 1)];
  const [height, width] = [sizeAt(shape, 2), sizeAt(shape, 3)];
  const window = height * width;
  const result = new Float32Array(source.data.length);
  for (let filter = 0; filter < filters; filter++) {
    for (let channel = 0; channel < channels; channel++) {
      const from = (filter * channels + channel) * window;
      const to = (channel * filters + filter) * window;
      for (let i = 0; i < window; i++) result[to + window - 1 - i] = source.data[from + i] ?? 0;
    }
  }
  return graph.constant(result, [channels, filters, height, width]);
}

/** Of the input: the transposed convolution with the same weight. Convolution weights are always frozen. */
const convolutionRule: Rule = (context) => {
  const { node, gradient, input, requiresGradient } = context;
  if (requiresGradient(1) || (node.inputs[2] && requiresGradient(2))) {
    throw new LoraBridgeError('internal.graph.gradient', 'Conv has no gradient rule for its weight and bias.');
  }
  const [top = 0, left = 0, bottom = 0, right = 0] = sizesOf(node.attributes, 'pads');
  const [stride = 1] = sizesOf(node.attributes, 'strides');
  const shape = inputShape(context, 0);
  const kernel = inputShape(context, 1);
  const [lastRow, lastColumn] = [sizeAt(kernel, 2) - 1, sizeAt(kernel, 3) - 1];
  const weight =
    stride === 1 && Math.max(top, bottom) <= lastRow && Math.max(left, right) <= lastColumn && rotated(input(1));
  if (weight) {
    const padding = [lastRow - top, lastColumn - left, lastRow - bottom, lastColumn - right] as const;
    return [conv2d(gradient, weight, undefined, { padding })];
  }
  // With a stride, no window may cover the last rows and columns.
  const rest = (axis: number, padding: number) =>
    sizeAt(shape, axis) - ((sizeAt(gradient.shape, axis) - 1) * stride + sizeAt(kernel, axis) - padding);
  const options = {
    stride,
    padding: [top, left, bottom, right] as const,
    outputPadding: [rest(2, top + bottom), rest(3, left + right)] as const,
  };
  return [transposedConv2d(gradient, input(1), options)];
};

/** Of the input: the convolution with the same weight. */
const transposedConvolutionRule: Rule = ({ node, gradient, input, requiresGradient }) => {
  if (requiresGradient(1))
    throw new LoraBridgeError('internal.graph.gradient', 'ConvTranspose has no rule for its weight.');
  const [top = 0, left = 0, bottom = 0, right = 0] = sizesOf(node.attributes, 'pads');
  const [stride = 1] = sizesOf(node.attributes, 'strides');
  return [conv2d(gradient, input(1), undefined, { stride, padding: [top, left, bottom, right] })];
};

export const matrixRules = {
  Gemm: gemmRule,
  FusedMatMul: fusedMatMulRule,
  Conv: convolutionRule,
  ConvTranspose: transposedConvolutionRule,
} satisfies RuleTable;
