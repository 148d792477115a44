/** @file The gradient rule of attention, which recomputes the probabilities in blocks that fit into memory. */
import { LoraBridgeError } from '../../errors/lora-bridge-error.js';
import type { Value } from '../ir/graph.js';
import { shapeError, sizeAt } from '../ir/shape.js';
import { add, mul, sub } from '../ops/arithmetic.js';
import { headsOf } from '../ops/attention.js';
import { controlDependency, controlToken } from '../ops/control-dependency.js';
import { concat, pad, reshape, slice, transpose } from '../ops/layout.js';
import { gemm, matmul } from '../ops/matmul.js';
import { reduceSum, softmax } from '../ops/reduction.js';
import type { Rule, RuleTable } from './rule.js';

/** [.., length, channels]; heads are concatenated in the channels, or in an axis of their own. */
interface Operands {
  readonly query: Value;
  readonly key: Value;
  readonly value: Value;
  readonly gradient: Value;
  /** Σ dO∘O, one scalar per query and head. */
  readonly rowSum: Value;
}

/** Gradients of query, key and value. */
type Gradients = readonly [query: Value, key: Value, value: Value];

/**
 * Gradients of one block. With P = softmax(αQKᵀ): dV = PᵀdO, dP = dO·Vᵀ, dS = P ∘ (dP − Σ dO∘O), dQ = α·dS·K, dK = α·dSᵀQ
 * (Dao et al., FlashAttention, 2022, appendix B.4: the row sums need O only).
 */
function ofBlock({ query, key, value, gradient, rowSum }: Operands, alpha: number, bias?: Value): Gradients {
  const scores = matmul(query, key, { transB: true, alpha });
  const probabilities = softmax(bias ? add(scores, bias) : scores);
  const slope = mul(probabilities, sub(matmul(gradient, value, { transB: true }), rowSum));
  return [
    matmul(slope, key, { alpha }),
    matmul(slope, query, { transA: true, alpha }),
    matmul(probabilities, gradient, { transA: true }),
  ];
}

/** All heads in one batch. */
function ofAllHeads(operands: Operands, heads: number, alpha: number, bias?: Value): Gradients {
  const splitHeads = (x: Value) => {
    const [batch, length, channels] = [sizeAt(x.shape, 0), sizeAt(x.shape, 1), sizeAt(x.shape, 2)];
    return transpose(reshape(x, [batch, length, heads, channels / heads]), [0, 2, 1, 3]);
  };
  const joinHeads = (x: Value) =>
    reshape(transpose(x, [0, 2, 1, 3]), [sizeAt(x.shape, 0), sizeAt(x.shape, 2), heads * sizeAt(x.shape, 3)]);
  const { query, key, value, gradient, rowSum } = operands;
  const block = {
    query: splitHeads(query),
    key: splitHeads(key),
    value: splitHeads(value),
    gradient: splitHeads(gradient),
    rowSum: splitHeads(rowSum),
  };
  const [byQuery, byKey, byValue] = ofBlock(block, alpha, bias);
  return [joinHeads(byQuery), joinHeads(byKey), joinHeads(byValue)];
}

/** Columns of a 16-bit factor should be a multiple of this, or a GPU does not use its tensor cores. */
const alignment = 8;

/** [.., d] and [.., 1] joined along the last axis, padded with zeros to the next multiple of the alignment. */
function joinAligned(x: Value, last: Value): Value {
  const joined = concat([x, last], 2);
  const missing = (alignment - (sizeAt(joined.shape, 2) % alignment)) % alignment;
  return missing === 0 ? joined : pad(joined, [0, 0, 0], [0, 0, missing]);
}

/** As many heads as fit into a block, of all samples, in one batch. At least one head fits. */
function inStacks(operands: Operands, heads: number, alpha: number, blockSize: number): Gradients {
  const { query, key, value, gradient, rowSum } = operands;
  const [batch, queries, keys] = [sizeAt(query.shape, 0), sizeAt(query.shape, 1), sizeAt(key.shape, 1)];
  const count = batch * heads;
  const splitHeads = (x: Value) => {
    const [length, size] = [sizeAt(x.shape, 1), sizeAt(x.shape, 2) / heads];
    return reshape(transpose(reshape(x, [batch, length, heads, size]), [0, 2, 1, 3]), [count, length, size]);
  };
  const joinHeads = (x: Value) => {
    const [length, size] = [sizeAt(x.shape, 1), sizeAt(x.shape, 2)];
    return reshape(transpose(reshape(x, [batch, heads, length, size]), [0, 2, 1, 3]), [batch, length, heads * size]);
  };
  const ones = query.graph.constant(new Float32Array(count * keys).fill(1), [count, keys, 1]);
  const [ofQuery, ofKey, ofGradient] = [splitHeads(query), splitHeads(key), splitHeads(gradient)];
  const valueAndOnes = joinAligned(splitHeads(value), ones);
  // dP − Σ dO∘O as one product, in which the difference is taken before anything is rounded.
  const gradientAndSum = joinAligned(ofGradient, splitHeads(mul(rowSum, -1)));
  const atOnce = Math.ceil(count / Math.ceil(count / Math.floor(blockSize / (queries * keys))));
  const found: Gradients[] = [];
  let earlier: readonly [Value, ...Value[]] = [gradient];
  for (let from = 0; from < count; from += atOnce) {
    const some = (x: Value) => (atOnce >= count ? x : slice(x, 0, from, Math.min(from + atOnce, count)));
    // One after the other, so that each frees its probabilities first, and none before the gradient is available.
    const someQuery = controlDependency(some(ofQuery), ...earlier);
    const probabilities = softmax(matmul(someQuery, some(ofKey), { transB: true, alpha }));
    const slope = mul(probabilities, matmul(some(gradientAndSum), some(valueAndOnes), { transB: true }));
    const gradients: Gradients = [
      matmul(slope, some(ofKey), { alpha }),
      matmul(slope, someQuery, { transA: true, alpha }),
      matmul(probabilities, some(ofGradient), { transA: true }),
    ];
    found.push(gradients);
    earlier = gradients;
  }
  const join = (index: 0 | 1 | 2) =>
    joinHeads(
      concat(
        found.map((gradients) => gradients[index]),
        0,
      ),
    );
  return [join(0), join(1), join(2)];
}

/** The columns of one head of one sample: [length, channels]. */
function partOf(x: Value, sample: number, head: number, heads: number): Value {
  const [batch, length, channels] = [sizeAt(x.shape, 0), sizeAt(x.shape, 1), sizeAt(x.shape, 2)];
  const ofSample = batch === 1 ? x : slice(x, 0, sample, sample + 1);
  const size = channels / heads;
  return reshape(slice(ofSample, 2, head * size, (head + 1) * size), [length, size]);
}

/** Sample by sample, head by head and, within a head, some queries at a time: plain matrix products. */
function inBlocks(operands: Operands, heads: number, alpha: number, blockSize: number): Gradients {
  const { query, key, value, gradient, rowSum } = operands;
  const [batch, queries, keys] = [sizeAt(query.shape, 0), sizeAt(query.shape, 1), sizeAt(key.shape, 1)];
  const rows = Math.ceil(queries / Math.ceil((queries * keys) / blockSize));
  const ones = query.graph.constant(new Float32Array(keys).fill(1), [keys, 1]);
  const negativeSum = mul(rowSum, -1);
  // One block after the other: each frees its probabilities before the next begins. The first waits for the gradient; otherwise
  // the probabilities of all layers might be computed first and held.
  let token = controlToken(gradient);

  const ofHead = (sample: number, head: number): Gradients => {
    const part = (x: Value) => partOf(x, sample, head, heads);
    const some = (x: Value, from: number) => slice(x, 0, from, Math.min(from + rows, queries));
    const [ofQuery, ofKey, ofGradient, ofSum] = [part(query), part(key), part(gradient), part(negativeSum)];
    const valueAndOnes = concat([part(value), ones], 1);
    const byQuery: Value[] = [];
    let byKey: Value | undefined;
    let byValue: Value | undefined;
    for (let from = 0; from < queries; from += rows) {
      const [someQuery, someGradient] = [add(some(ofQuery, from), token), some(ofGradient, from)];
      const probabilities = softmax(gemm(someQuery, ofKey, undefined, { transB: true, alpha }));
      // dP − Σ dO∘O as one product: one pass less over a block.
      const gradientAndSum = add(concat([someGradient, some(ofSum, from)], 1), token);
      const slope = mul(probabilities, gemm(gradientAndSum, valueAndOnes, undefined, { transB: true }));
      const bySomeQuery = gemm(slope, ofKey, undefined, { alpha });
      byKey = gemm(slope, someQuery, byKey, { transA: true, alpha });
      byValue = gemm(probabilities, someGradient, byValue, { transA: true });
      token = controlToken(bySomeQuery, byKey, byValue);
      byQuery.push(bySomeQuery);
    }
    if (!byKey || !byValue) throw shapeError('Attention needs at least one query.');
    return [concat(byQuery, 0), byKey, byValue];
  };

  const samples = Array.from({ length: batch }, (_, sample) => {
    const byHead = Array.from({ length: heads }, (_head, head) => ofHead(sample, head));
    return ([0, 1, 2] as const).map((index) => {
      const columns = byHead.map((gradients) => gradients[index]);
      const joined = concat(columns, 1);
      return reshape(joined, [1, sizeAt(joined.shape, 0), sizeAt(joined.shape, 1)]);
    });
  });
  const join = (index: 0 | 1 | 2) =>
    concat(
      samples.flatMap((gradients) => gradients[index] ?? []),
      0,
    );
  return [join(0), join(1), join(2)];
}

const attentionRule: Rule = ({ node, gradient, input, output, requiresGradient, attentionBlock }) => {
  if (node.inputs[5] && requiresGradient(5)) {
    throw new LoraBridgeError('internal.graph.gradient', 'MultiHeadAttention has no gradient rule for its bias.');
  }
  const heads = headsOf(node.attributes);
  const bias = node.inputs[5] && input(5);
  const [query, key, value] = [input(0), input(1), input(2)];
  const [batch, length, channels] = [sizeAt(gradient.shape, 0), sizeAt(gradient.shape, 1), sizeAt(gradient.shape, 2)];
  const products = reshape(mul(gradient, output(0)), [batch, length, heads, channels / heads]);
  const rowSum = reshape(reduceSum(products, [-1]), [batch, length, heads]);
  const operands = { query, key, value, gradient, rowSum };
  const alpha = 1 / Math.sqrt(sizeAt(query.shape, 2) / heads);
  const { elements, stacked } = attentionBlock;
  const scores = length * sizeAt(key.shape, 1);
  if (stacked && scores <= elements && !bias) return inStacks(operands, heads, alpha, elements);
  if (batch * heads * scores > 2 * elements && !bias) return inBlocks(operands, heads, alpha, elements);
  return ofAllHeads({ ...operands, query: controlDependency(query, gradient) }, heads, alpha, bias);
};

export const attentionRules = {
  MultiHeadAttention: attentionRule,
} satisfies RuleTable;
