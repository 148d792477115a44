/** @file Every rule of the gradient table against central finite differences. */
import { describe, expect, it } from 'vitest';
import { gradientTable } from '../../src/graph/gradients/table.js';
import {
  add,
  attention,
  attentionBlock,
  averagePool,
  cast,
  causalBias,
  compile,
  concat,
  conv2d,
  div,
  erf,
  exp,
  expand,
  Graph,
  gelu,
  gemm,
  gradients,
  groupNorm,
  layerNorm,
  linear,
  matmul,
  mul,
  pad,
  quickGelu,
  reduceMean,
  reduceSum,
  relu,
  reshape,
  sigmoid,
  silu,
  slice,
  softmax,
  split,
  sub,
  transpose,
  transposedConv2d,
  upsampleNearest,
  type Value,
} from '../../src/graph/index.js';
import { expectGradients, randomNumbers } from './finite-differences.js';

type Case = [
  name: string,
  shapes: Record<string, number[]>,
  build: (inputs: Readonly<Record<string, Value>>, graph: Graph) => Value,
  shift?: number,
];

const at = (inputs: Readonly<Record<string, Value>>, name: string): Value => {
  const value = inputs[name];
  if (!value) throw new Error(name);
  return value;
};
const unary =
  (f: (x: Value) => Value): Case[2] =>
  (inputs) =>
    f(at(inputs, 'x'));
const binary =
  (f: (a: Value, b: Value) => Value): Case[2] =>
  (inputs) =>
    f(at(inputs, 'a'), at(inputs, 'b'));
const constant = (graph: Graph, shape: number[], seed: number): Value =>
  graph.constant(
    randomNumbers(
      shape.reduce((product, size) => product * size, 1),
      seed,
    ),
    shape,
  );

// By operator.
const cases: Record<string, Case[]> = {
  Add: [['broadcasts both', { a: [2, 1, 3], b: [4, 1] }, binary(add)]],
  Sub: [['broadcasts the second', { a: [2, 3], b: [3] }, binary(sub)]],
  Mul: [['broadcasts a scalar', { a: [2, 3], b: [] }, binary(mul)]],
  Div: [['broadcasts', { a: [2, 3], b: [2, 1] }, binary(div), 2.5]],
  Sigmoid: [['', { x: [7] }, unary(sigmoid)]],
  Erf: [['', { x: [7] }, unary(erf)]],
  Exp: [['', { x: [7] }, unary(exp)]],
  Gelu: [['', { x: [9] }, unary(gelu)]],
  QuickGelu: [
    ['as SiLU', { x: [9] }, unary(silu)],
    ['of CLIP', { x: [9] }, unary((x) => quickGelu(x))],
  ],
  Gemm: [
    ['plain', { a: [3, 4], b: [4, 2] }, binary((a, b) => gemm(a, b))],
    ['b transposed', { a: [3, 4], b: [2, 4] }, binary((a, b) => gemm(a, b, undefined, { transB: true, alpha: 0.5 }))],
    ['a transposed', { a: [4, 3], b: [4, 2] }, binary((a, b) => gemm(a, b, undefined, { transA: true }))],
    [
      'both transposed',
      { a: [4, 3], b: [2, 4] },
      binary((a, b) => gemm(a, b, undefined, { transA: true, transB: true })),
    ],
    [
      'with an added row, used twice',
      { a: [3, 4], b: [2, 4], c: [2] },
      (inputs) => {
        const y = linear(at(inputs, 'a'), at(inputs, 'b'), at(inputs, 'c'));
        return mul(y, y);
      },
    ],
  ],
  FusedMatMul: [
    ['broadcasts the batch', { a: [2, 3, 4], b: [4, 2] }, binary((a, b) => matmul(a, b))],
    ['b transposed', { a: [2, 3, 4], b: [2, 5, 4] }, binary((a, b) => matmul(a, b, { transB: true, alpha: 3 }))],
    ['a transposed', { a: [2, 4, 3], b: [2, 4, 2] }, binary((a, b) => matmul(a, b, { transA: true, alpha: 0.25 }))],
    ['both transposed', { a: [2, 4, 3], b: [1, 2, 4] }, binary((a, b) => matmul(a, b, { transA: true, transB: true }))],
  ],
  Conv: [
    [
      'padding',
      { x: [2, 2, 4, 3] },
      (inputs, graph) =>
        conv2d(at(inputs, 'x'), constant(graph, [3, 2, 3, 3], 5), constant(graph, [3], 6), { padding: 1 }),
    ],
    [
      'stride 2, even size',
      { x: [1, 2, 4, 6] },
      (inputs, graph) =>
        conv2d(at(inputs, 'x'), constant(graph, [3, 2, 3, 3], 5), undefined, { stride: 2, padding: 1 }),
    ],
    [
      'stride 2, odd size',
      { x: [1, 2, 5, 3] },
      (inputs, graph) =>
        conv2d(at(inputs, 'x'), constant(graph, [3, 2, 3, 3], 5), undefined, { stride: 2, padding: 1 }),
    ],
    [
      'padding on one side, as the VAE has it',
      { x: [1, 2, 4, 4] },
      (inputs, graph) =>
        conv2d(at(inputs, 'x'), constant(graph, [3, 2, 3, 3], 5), undefined, { stride: 2, padding: [0, 0, 1, 1] }),
    ],
    ['1 × 1', { x: [1, 2, 3, 2] }, (inputs, graph) => conv2d(at(inputs, 'x'), constant(graph, [4, 2, 1, 1], 5))],
  ],
  ConvTranspose: [
    [
      'stride 2',
      { x: [1, 3, 2, 3] },
      (inputs, graph) =>
        transposedConv2d(at(inputs, 'x'), constant(graph, [3, 2, 3, 3], 5), {
          stride: 2,
          padding: 1,
          outputPadding: [1, 1],
        }),
    ],
  ],
  AveragePool: [['', { x: [1, 2, 4, 4] }, unary((x) => averagePool(x, 2))]],
  Resize: [['', { x: [2, 2, 2, 3] }, unary((x) => upsampleNearest(x, 2))]],
  Reshape: [['', { x: [2, 6] }, unary((x) => reshape(x, [3, 4]))]],
  Transpose: [['', { x: [2, 3, 4] }, unary((x) => transpose(x, [2, 0, 1]))]],
  Expand: [['', { x: [2, 1] }, unary((x) => expand(x, [3, 2, 4]))]],
  Concat: [
    ['all', { a: [2, 3], b: [2, 1] }, binary((a, b) => concat([a, b], 1))],
    ['one', { a: [2, 3] }, (inputs, graph) => concat([constant(graph, [2, 2], 3), at(inputs, 'a')], 1)],
  ],
  Split: [
    ['all', { x: [2, 5] }, unary((x) => concat([...split(x, [2, 3], 1)].reverse(), 1))],
    ['some', { x: [2, 5] }, unary((x) => split(x, [2, 3], 1)[1] ?? x)],
  ],
  Slice: [['', { x: [2, 5] }, unary((x) => slice(x, 1, 1, 3))]],
  Pad: [['', { x: [2, 3] }, unary((x) => pad(x, [0, 1], [1, 2]))]],
  Cast: [['', { x: [3] }, unary((x) => cast(cast(mul(x, 1), 'float16'), 'float32')), 0]],
  ReduceSum: [['', { x: [2, 3, 2] }, unary((x) => reduceSum(x, [0, 2], false))]],
  ReduceMean: [['', { x: [2, 3, 2] }, unary((x) => reduceMean(x, [-2]))]],
  Softmax: [['', { x: [2, 4] }, unary(softmax)]],
  LayerNormalization: [
    [
      'with scale and bias',
      { x: [3, 6] },
      (inputs, graph) => layerNorm(at(inputs, 'x'), constant(graph, [6], 4), constant(graph, [6], 5), 1e-5),
    ],
    [
      'in groups',
      { x: [2, 4, 2, 2] },
      (inputs, graph) => groupNorm(at(inputs, 'x'), 2, constant(graph, [4], 4), constant(graph, [4], 5), 1e-5),
    ],
  ],
  MultiHeadAttention: [
    [
      'self',
      { q: [2, 3, 4], k: [2, 3, 4], v: [2, 3, 4] },
      (inputs) => attention(at(inputs, 'q'), at(inputs, 'k'), at(inputs, 'v'), 2),
    ],
    [
      'cross',
      { q: [1, 4, 6], k: [1, 3, 6], v: [1, 3, 6] },
      (inputs) => attention(at(inputs, 'q'), at(inputs, 'k'), at(inputs, 'v'), 3),
    ],
    [
      'causal',
      { q: [1, 3, 4], k: [1, 3, 4], v: [1, 3, 4] },
      (inputs) => attention(at(inputs, 'q'), at(inputs, 'k'), at(inputs, 'v'), 2, causalBias(at(inputs, 'q'), 3)),
    ],
  ],
};

describe('gradient rules', () => {
  it('are all tested', () => {
    const withRule = Object.entries(gradientTable).flatMap(([name, rule]) => (rule ? [name] : []));
    expect(Object.keys(cases).sort()).toEqual(withRule.sort());
  });

  describe.each(Object.entries(cases))('%s', (_, variants) => {
    it.each(variants)('%s', async (_name, shapes, build, shift) => expectGradients(shapes, build, shift));
  });

  // On a CPU head by head and so many queries at a time; else 4 heads, 3 and 1, or one at a time.
  it.each([
    ['in blocks of one head', 2100, attentionBlock('cpu')],
    ['of all heads at once', 100, { elements: 4e4, stacked: true }],
    ['of some heads at once', 100, { elements: 39_999, stacked: true }],
    ['of one head at once', 100, { elements: 1e4, stacked: true }],
    ['of more queries than fit, in blocks of one head', 200, { elements: 1e4, stacked: true }],
  ])('of attention %s agree with those of attention by its formula', async (_, length, block) => {
    const [batch, heads, size] = [2, 2, 4];
    const graph = new Graph();
    const inputs = ['q', 'k', 'v'].map((name) => graph.input(name, [batch, length, heads * size]));
    const [q, k, v] = inputs;
    if (!q || !k || !v) throw new Error('no inputs');
    const perHead = (x: Value) => transpose(reshape(x, [batch, length, heads, size]), [0, 2, 1, 3]);
    const scores = matmul(perHead(q), perHead(k), { transB: true, alpha: 1 / Math.sqrt(size) });
    const spelt = transpose(matmul(softmax(scores), perHead(v)), [0, 2, 1, 3]);
    const results = { fused: attention(q, k, v, heads), spelt: reshape(spelt, [batch, length, heads * size]) };
    for (const [name, result] of Object.entries(results)) {
      const weights = constant(graph, [...result.shape], 9);
      const loss = reduceSum(mul(result, weights), [0, 1, 2], false);
      gradients(loss, inputs, block).forEach((gradient, index) => {
        graph.output(`${name}${index}`, gradient);
      });
    }
    const compiled = await compile(graph, { threads: 2 });
    const outputs = await compiled.run(
      Object.fromEntries(['q', 'k', 'v'].map((name, i) => [name, randomNumbers(batch * length * heads * size, i + 1)])),
    );
    await compiled.release();
    for (let index = 0; index < 3; index++) {
      const [fused, expected] = [outputs[`fused${index}`] ?? [], outputs[`spelt${index}`] ?? []];
      const scale = Math.max(...expected.map(Math.abs));
      expect(scale).toBeGreaterThan(0);
      expect(Math.max(...expected.map((number, i) => Math.abs(number - (fused[i] ?? Number.NaN))))).toBeLessThan(
        1e-5 * scale,
      );
    }
  });

  it('name the operator that has none', () => {
    const graph = new Graph();
    const x = graph.input('x', [2]);
    const loss = reduceSum(relu(x), [0], false);
    expect(() => gradients(loss, [x])).toThrow(
      expect.objectContaining({ code: 'internal.graph.gradient', message: 'Relu has no gradient rule.' }),
    );
  });

  it('name a parameter that the loss does not depend on', () => {
    const graph = new Graph();
    const loss = reduceSum(graph.input('x', [2]), [0], false);
    expect(() => gradients(loss, [graph.input('unused', [3])])).toThrow(/does not depend on unused/);
  });
});
