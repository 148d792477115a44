/** @file The gradient rule of attention, which computes the probabilities again, in blocks that fit into memory. */
import { LoraBridgeError } from '../../errors/lora-bridge-error.js';
import type { Value } from '../graph.js';
import { add, mul, sub } from '../ops/arithmetic.js';
import { headsOf } from '../ops/attention.js';
import { concat, reshape, slice, transpose } from '../ops/layout.js';
import { matmul } from '../ops/matmul.js';
import { reduceSum, softmax } from '../ops/reduction.js';
import { sizeAt } from '../shape.js';
import { after, type Rule } from './rule.js';

/** Numbers of a block of probabilities that is computed at once: 4 MB, which stays in a processor's cache. */
const blockSize = 2 ** 20;

/** A head is cut into no more blocks than this, however many queries there are: each block costs nodes, and nodes loading time. */
const blocksPerHead = 4;

/** [.., length, channels]; heads side by side in the channels, or in an axis of their own. */
interface Operands {
  readonly query: Value;
  readonly key: Value;
  readonly value: Value;
  readonly gradient: Value;
  /** Σ dO∘O, one number a head. */
  readonly rowSum: Value;
}

/** Gradients by query, key and value. */
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

/** All heads at once. */
function ofAllHeads(operands: Operands, heads: number, alpha: number, bias?: Value): Gradients {
  const apart = (x: Value) => {
    const [batch, length, channels] = [sizeAt(x.shape, 0), sizeAt(x.shape, 1), sizeAt(x.shape, 2)];
    return transpose(reshape(x, [batch, length, heads, channels / heads]), [0, 2, 1, 3]);
  };
  const together = (x: Value) =>
    reshape(transpose(x, [0, 2, 1, 3]), [sizeAt(x.shape, 0), sizeAt(x.shape, 2), heads * sizeAt(x.shape, 3)]);
  const { query, key, value, gradient, rowSum } = operands;
  const block = {
    query: apart(query),
    key: apart(key),
    value: apart(value),
    gradient: apart(gradient),
    rowSum: apart(rowSum),
  };
  const [byQuery, byKey, byValue] = ofBlock(block, alpha, bias);
  return [together(byQuery), together(byKey), together(byValue)];
}

/** Head by head and, within a head, some queries at a time. */
function inBlocks(operands: Operands, heads: number, alpha: number): Gradients {
  const [batch, queries] = [sizeAt(operands.query.shape, 0), sizeAt(operands.query.shape, 1)];
  const keys = sizeAt(operands.key.shape, 1);
  const rows = Math.max(Math.floor(blockSize / (batch * keys)), Math.ceil(queries / blocksPerHead));
  const byHead: Gradients[] = [];
  let last: Gradients | undefined;
  for (let head = 0; head < heads; head++) {
    const ofHead = (x: Value) => {
      const size = sizeAt(x.shape, 2) / heads;
      return slice(x, 2, head * size, (head + 1) * size);
    };
    const [query, gradient, rowSum] = [ofHead(operands.query), ofHead(operands.gradient), ofHead(operands.rowSum)];
    const [key, value] = [ofHead(operands.key), ofHead(operands.value)];
    const blocks: Gradients[] = [];
    for (let from = 0; from < queries; from += rows) {
      const some = (x: Value) => slice(x, 1, from, Math.min(from + rows, queries));
      // One block after the other: each frees its probabilities before the next begins.
      const turn: Value = last ? after(some(query), ...last) : some(query);
      last = ofBlock({ query: turn, key, value, gradient: some(gradient), rowSum: some(rowSum) }, alpha);
      blocks.push(last);
    }
    byHead.push([
      concat(
        blocks.map(([byQuery]) => byQuery),
        1,
      ),
      blocks.map(([, byKey]) => byKey).reduce(add),
      blocks.map(([, , byValue]) => byValue).reduce(add),
    ]);
  }
  const join = (index: 0 | 1 | 2) =>
    concat(
      byHead.map((gradients) => gradients[index]),
      2,
    );
  return [join(0), join(1), join(2)];
}

export const attentionRule: Rule = ({ node, gradient, input, output, wanted }) => {
  if (node.inputs[5] && wanted(5)) {
    throw new LoraBridgeError('internal.graph.gradient', 'MultiHeadAttention has no gradient rule for its bias.');
  }
  const heads = headsOf(node.attributes);
  const bias = node.inputs[5] && input(5);
  // Waiting for the gradient keeps the probabilities of all layers from being computed first and held.
  const [query, key, value] = [after(input(0), gradient), input(1), input(2)];
  const [batch, length, channels] = [sizeAt(gradient.shape, 0), sizeAt(gradient.shape, 1), sizeAt(gradient.shape, 2)];
  const products = reshape(mul(gradient, output(0)), [batch, length, heads, channels / heads]);
  const rowSum = reshape(reduceSum(products, [-1]), [batch, length, heads]);
  const operands = { query, key, value, gradient, rowSum };
  const alpha = 1 / Math.sqrt(sizeAt(query.shape, 2) / heads);
  const scores = batch * heads * length * sizeAt(key.shape, 1);
  return scores <= blockSize || bias ? ofAllHeads(operands, heads, alpha, bias) : inBlocks(operands, heads, alpha);
};
