/** @file Scaled dot-product attention with several heads. */
import type { Attributes, Op, Value } from '../ir/graph.js';
import { shapeError, sizeAt } from '../ir/shape.js';

/** Inputs as ONNX Runtime numbers them: query, key, value, –, –, additive bias on the scores. */
export const attentionOp: Op = {
  type: 'MultiHeadAttention',
  domain: 'com.microsoft',
  infer([query, key, value], attributes) {
    const heads = headsOf(attributes);
    if (query?.shape.length !== 3 || key?.shape.length !== 3 || value?.shape.length !== 3) {
      throw shapeError('MultiHeadAttention needs [batch, length, channels].');
    }
    const fits = query.shape[2] === key.shape[2] && key.shape[1] === value.shape[1] && query.shape[0] === key.shape[0];
    if (!fits || sizeAt(query.shape, 2) % heads !== 0 || sizeAt(value.shape, 2) % heads !== 0) {
      throw shapeError(`MultiHeadAttention of [${query.shape}], [${key.shape}], [${value.shape}] with ${heads} heads.`);
    }
    return [{ dtype: query.dtype, shape: [sizeAt(query.shape, 0), sizeAt(query.shape, 1), sizeAt(value.shape, 2)] }];
  },
};

export function headsOf(attributes: Attributes): number {
  const heads = attributes.num_heads;
  if (typeof heads !== 'number') throw shapeError('The number of heads is missing.');
  return heads;
}

/**
 * softmax(Q·Kᵀ / √d + bias)·V for each head. Shapes: query [N, S, heads·d], key and value [N, L, heads·d], result [N, S, heads·d].
 * The probabilities are not kept: the gradient computes them again.
 * @param bias [1 or N, 1 or heads, S, L], for example `causalBias`
 */
export const attention = (query: Value, key: Value, value: Value, heads: number, bias?: Value): Value =>
  query.graph.single(attentionOp, [query, key, value, undefined, undefined, bias], { num_heads: heads });

/** A bias [1, 1, length, length] that hides later positions: the causal mask of CLIP's text encoder. */
export function causalBias(of: Value, length: number): Value {
  const bias = new Float32Array(length * length);
  for (let row = 0; row < length; row++) bias.fill(-3.4e38, row * length + row + 1, (row + 1) * length);
  return of.graph.constant(bias, [1, 1, length, length]);
}
