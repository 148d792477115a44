/**
 * @file Clipping and AdamW's update as a graph, for GPUs: the LoRA, its gradient and the moments never leave the device. On a CPU
 * `AdamW` does the same in place, which takes less memory.
 */
import { add, div, Graph, mul, reduceSum, relu, reshape, sqrt, sub, type Value } from '../graph/index.js';
import type { AdamWOptions } from './adamw.js';

/** Rows are summed first, then their sums: at this length that is fast on a GPU, and accurate enough in float32. */
const longestRow = 2 ** 13;

/** The sum of a vector. */
function total(vector: Value, count: number): Value {
  let row = Math.min(count, longestRow);
  while (count % row !== 0) row -= 1;
  return reduceSum(reduceSum(reshape(vector, [count / row, row]), [1], false), [0], false);
}

/**
 * Inputs: `lora`, `gradient`, `firstMoment` and `secondMoment` [count]; scalars `inverseScale` (1 over the factor that the gradient
 * was computed with), `decay` of `updateFactors`, and its `stepSize` and the option `epsilon`, both times its `correction2`.
 * Outputs: `norm` of the gradient before clipping, without its factor; `lora`, `firstMoment` and `secondMoment` after the update.
 * @param limit the norm that gradients are clipped to
 */
export function buildUpdate(count: number, { beta1, beta2 }: AdamWOptions, limit: number): Graph {
  const graph = new Graph();
  const [lora, gradient] = [graph.input('lora', [count]), graph.input('gradient', [count])];
  const [first, second] = [graph.input('firstMoment', [count]), graph.input('secondMoment', [count])];
  const [inverseScale, stepSize] = [graph.input('inverseScale', []), graph.input('stepSize', [])];
  const [epsilon, decay] = [graph.input('epsilon', []), graph.input('decay', [])];

  const squares = mul(gradient, gradient);
  const norm = mul(sqrt(total(squares, count)), inverseScale);
  // limit / max(limit, norm + 1e-6), as torch's clip_grad_norm_ clips.
  const clip = div(limit, add(relu(sub(add(norm, 1e-6), limit)), limit));
  const factor = mul(inverseScale, clip);
  const newFirst = add(mul(first, beta1), mul(gradient, mul(factor, 1 - beta1)));
  const newSecond = add(mul(second, beta2), mul(mul(mul(squares, factor), factor), 1 - beta2));
  const change = mul(div(newFirst, add(sqrt(newSecond), epsilon)), stepSize);

  graph.output('norm', norm);
  graph.output('lora', sub(mul(lora, decay), change));
  graph.output('firstMoment', newFirst);
  graph.output('secondMoment', newSecond);
  return graph;
}
