/** @file Values and gradients of every function against torch's autograd. */
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import {
  add,
  attention,
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
  reshape,
  silu,
  sizeOf,
  slice,
  softmax,
  split,
  sub,
  transpose,
  transposedConv2d,
  upsampleNearest,
  type Value,
  type WeightStorage,
  weight,
} from '../../src/graph/index.js';
import { openSafetensors } from '../../src/safetensors/header.js';
import { readTensor, tensorEntry } from '../../src/safetensors/read.js';

const golden = openSafetensors(fileURLToPath(new URL('../goldens/graph/graph.safetensors', import.meta.url)));

// The functions of scripts/goldens/graph.py by their names there: inputs first, then frozen weights.
const functions: Record<string, (...values: [Value, Value, Value]) => Value> = {
  arithmetic: (a, b) => add(div(sub(mul(a, b), b), add(mul(a, a), 2)), a),
  silu,
  quick_gelu: (x) => quickGelu(x),
  gelu,
  erf_exp: (x) => mul(erf(x), exp(mul(x, -1))),
  linear,
  matmul: (a, b) => matmul(a, b, { transB: true, alpha: 0.5 }),
  conv2d: (x, w, b) => conv2d(x, w, b, { padding: 1 }),
  conv2d_strided: (x, w, b) => conv2d(x, w, b, { stride: 2, padding: 1 }),
  conv_transpose2d: (x, w) => transposedConv2d(x, w, { stride: 2, padding: 1, outputPadding: [1, 1] }),
  average_pool: (x) => averagePool(x, 2),
  upsample_nearest: (x) => upsampleNearest(x, 2),
  group_norm: (x, w, b) => groupNorm(x, 2, w, b, 1e-5),
  layer_norm: (x, w, b) => layerNorm(x, w, b, 1e-5),
  softmax,
  self_attention: (q, k, v) => attention(q, k, v, 2),
  cross_attention: (q, k, v) => attention(q, k, v, 3),
  causal_attention: (q, k, v) => attention(q, k, v, 2, causalBias(q, 4)),
  concat_split: (a, b) => concat([...split(concat([a, b], 1), [2, 5], 1)].reverse(), 1),
  slice_pad: (x) => mul(pad(slice(x, 0, 1, 3), [1, 0], [0, 2]), 2),
  transpose_reshape: (x) => reshape(transpose(x, [2, 0, 1]), [4, 6]),
  expand: (x) => expand(x, [3, 2, 4]),
  reductions: (x) => add(reduceMean(x, [1], false), reshape(reduceSum(x, [1, 2]), [2, 1])),
  half_precision: (x) => cast(cast(x, 'float16'), 'float32'),
};

const count = (prefix: string) => [...golden.tensors.keys()].filter((name) => name.startsWith(prefix)).length;

function expectClose(found: Float32Array | undefined, name: string, tolerance: number): void {
  const expected = readTensor(golden, name);
  expect(found?.length).toBe(expected.length);
  const scale = Math.max(...expected.map(Math.abs));
  const worst = Math.max(...expected.map((number, i) => Math.abs(number - (found?.[i] ?? Number.NaN))));
  expect(worst / scale).toBeLessThan(tolerance);
}

const names = [...new Set([...golden.tensors.keys()].map((key) => key.slice(0, key.indexOf('.'))))];
const storages: WeightStorage[] = ['mapped', 'resident'];

it.each(names.flatMap((name) => storages.map((storage) => ({ name, storage }))))(
  '$name, weights $storage',
  async ({ name, storage }) => {
    const build = functions[name];
    if (!build) throw new Error(`There is no function ${name}.`);
    const graph = new Graph({ weights: storage });
    const inputs = Array.from({ length: count(`${name}.input.`) }, (_, index) =>
      graph.input(`x${index}`, tensorEntry(golden, `${name}.input.${index}`).shape),
    );
    const frozen = Array.from({ length: count(`${name}.frozen.`) }, (_, index) =>
      weight(graph, golden, `${name}.frozen.${index}`),
    );
    const [first, second, third] = [...inputs, ...frozen];
    if (!first) throw new Error(`${name} has no input.`);
    // Functions ignore additional arguments.
    const result = build(first, second ?? first, third ?? first);
    expect(result.shape).toEqual(tensorEntry(golden, `${name}.result`).shape);
    const upstream = graph.input('upstream', result.shape);
    const loss = reduceSum(reshape(mul(result, upstream), [sizeOf(result.shape)]), [0], false);
    graph.output('result', result);
    gradients(loss, inputs).forEach((gradient, index) => {
      graph.output(`gradient${index}`, gradient);
    });
    const compiled = await compile(graph, { threads: 1 });
    const outputs = await compiled.run({
      upstream: readTensor(golden, `${name}.upstream`),
      ...Object.fromEntries(inputs.map((_, index) => [`x${index}`, readTensor(golden, `${name}.input.${index}`)])),
    });
    await compiled.release();
    const tolerance = name === 'half_precision' ? 1e-3 : 2e-6;
    expectClose(outputs.result, `${name}.result`, tolerance);
    inputs.forEach((_, index) => {
      expectClose(outputs[`gradient${index}`], `${name}.gradient.${index}`, tolerance);
    });
  },
);
