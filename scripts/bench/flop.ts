/** @file How much operators compute. */
import { type Shape, sizeOf } from '../../src/graph/ir/shape.js';

/** Floating point operations of one node; those that do not multiply matrices count nothing. */
export function flopOf(operator: string, inputs: readonly Shape[], output: Shape): number {
  const [a = [], b = []] = inputs;
  switch (operator) {
    case 'Conv':
      return 2 * sizeOf(output) * sizeOf(b.slice(1));
    case 'ConvTranspose':
      return 2 * sizeOf(a) * sizeOf(b.slice(1));
    case 'MultiHeadAttention':
      return 4 * sizeOf(a) * (b[1] ?? 0);
    case 'Gemm':
    case 'MatMul':
    case 'FusedMatMul': {
      // Each number of the first factor, batch by batch, meets each column of the product.
      const batch = sizeOf(output.slice(0, -2)) / sizeOf(a.slice(0, -2));
      return 2 * sizeOf(a) * batch * (output.at(-1) ?? 0);
    }
    default:
      return 0;
  }
}
