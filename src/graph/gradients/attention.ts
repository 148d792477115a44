/** @file The gradient rule of attention, which computes the probabilities again, in blocks that fit into memory. */
import { LoraBridgeError } from '../../errors/lora-bridge-error.js';
import type { Value } from '../graph.js';
import { add, mul, sub } from '../ops/arithmetic.js';
import { headsOf } from '../ops/attention.js';
import { concat, reshape, split, transpose } from '../ops/layout.js';
import { matmul } from '../ops/matmul.js';
import { reduceSum, softmax } from '../ops/reduction.js';
import { sizeAt } from '../shape.js';
import { after, type Rule } from './rule.js';

/** Numbers in the largest block of probabilities that is computed at once: 64 MB. */
const blockSize = 2 ** 24;

interface Operands {
  /** [.., S, d] */
  readonly query: Value;
  /** [.., L, d] */
  readonly key: Value;
  readonly value: Value;
  readonly gradient: Value;
  /** Σ dO∘O [.., S, 1] */
  readonly rowSum: Value;
}

/**
 * Gradients by query, key and value of one block. With P = softmax(αQKᵀ): dV = PᵀdO, dP = dO·Vᵀ, dS = P ∘ (dP − Σ dO∘O),
 * dQ = α·dS·K, dK = α·dSᵀQ (Dao et al., FlashAttention, 2022, appendix B.4: the row sums need O only).
 */
function blockGradients({ query, key, value, gradient, rowSum }: Operands, alpha: number, bias: Value | undefined) {
  const scores = matmul(query, key, { transB: true, alpha });
  const probabilities = softmax(bias ? add(scores, bias) : scores);
  const slope = mul(probabilities, sub(matmul(gradient, value, { transB: true }), rowSum));
  return {
    query: matmul(slope, key, { alpha }),
    key: matmul(slope, query, { transA: true, alpha }),
    value: matmul(probabilities, gradient, { transA: true }),
  };
}

export const attentionRule: Rule = ({ node, gradient, input, output, wanted }) => {
  if (node.inputs[5] && wanted(5)) {
    throw new LoraBridgeError('internal.graph.gradient', 'MultiHeadAttention has no gradient rule for its bias.');
  }
  const heads = headsOf(node.attributes);
  const bias = node.inputs[5] && input(5);
  // Waiting for the gradient keeps the probabilities of all layers from being computed first and held.
  const operands = { query: after(input(0), gradient), key: input(1), value: input(2), gradient };
  const [batch, length, channels] = [sizeAt(gradient.shape, 0), sizeAt(gradient.shape, 1), sizeAt(gradient.shape, 2)];
  const alpha = 1 / Math.sqrt(sizeAt(operands.query.shape, 2) / heads);
  const perHead = (x: Value) => reshape(x, [batch, sizeAt(x.shape, 1), heads, sizeAt(x.shape, 2) / heads]);
  const headsFirst = (x: Value) => transpose(perHead(x), [0, 2, 1, 3]);
  const headsLast = (x: Value) =>
    reshape(transpose(x, [0, 2, 1, 3]), [batch, sizeAt(x.shape, 2), heads * sizeAt(x.shape, 3)]);
  const rowSum = headsFirst(
    reshape(reduceSum(reshape(mul(gradient, output(0)), [batch, length, heads, channels / heads]), [-1]), [
      batch,
      length,
      heads,
    ]),
  );

  if (batch * heads * length * sizeAt(operands.key.shape, 1) <= blockSize || bias) {
    const block = blockGradients(
      {
        query: headsFirst(operands.query),
        key: headsFirst(operands.key),
        value: headsFirst(operands.value),
        gradient: headsFirst(gradient),
        rowSum,
      },
      alpha,
      bias,
    );
    return [headsLast(block.query), headsLast(block.key), headsLast(block.value)];
  }

  const parts = (x: Value) => split(x, new Array<number>(heads).fill(sizeAt(x.shape, 2) / heads), 2);
  const [queries, keys, values, outputs] = [operands.query, operands.key, operands.value, gradient].map(parts);
  const rowSums = split(rowSum, new Array<number>(heads).fill(1), 1);
  const blocks: ReturnType<typeof blockGradients>[] = [];
  for (const [head, query] of (queries ?? []).entries()) {
    const [key, value, upstream, sums] = [keys?.[head], values?.[head], outputs?.[head], rowSums[head]];
    if (!key || !value || !upstream || !sums) throw new LoraBridgeError('internal', `Attention lacks head ${head}.`);
    // One head after the other: each frees its probabilities before the next begins.
    const last = blocks.at(-1);
    const turn = last ? after(query, last.query, last.key, last.value) : query;
    const operandsOfHead = { query: turn, key, value, gradient: upstream, rowSum: reshape(sums, [batch, length, 1]) };
    blocks.push(blockGradients(operandsOfHead, alpha, undefined));
  }
  const join = (name: 'query' | 'key' | 'value') =>
    concat(
      blocks.map((block) => block[name]),
      2,
    );
  return [join('query'), join('key'), join('value')];
};
