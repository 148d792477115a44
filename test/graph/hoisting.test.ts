/** @file What depends only on repeating inputs is computed once, and nothing else changes. Runs are counted in ONNX Runtime's profiles. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  add,
  attention,
  type CompileOptions,
  compile,
  Graph,
  gradients,
  linear,
  mul,
  type NumberArray,
  reduceSum,
  reshape,
  silu,
  weight,
} from '../../src/graph/index.js';
import { neededNodes, replaceNodes, type Subgraph } from '../../src/graph/ir/subgraph.js';
import { decomposeAttention } from '../../src/graph/lowering/decompose-attention.js';
import { hoist } from '../../src/graph/lowering/hoisting.js';
import { encodeModel } from '../../src/graph/onnx/encode.js';
import { openSafetensors } from '../../src/safetensors/header.js';
import { writeSafetensors } from '../../src/safetensors/write.js';
import { randomNumbers } from './finite-differences.js';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'hoisted-'));
  const square = (seed: number) => ({ shape: [8, 8], data: randomNumbers(64, seed) });
  writeSafetensors(join(folder, 'model'), { key: square(1), time: square(2), query: square(3) });
});
afterAll(() => rmSync(folder, { recursive: true }));

const repeating = [['text'], ['time', 'condition']];

/** As in a UNet: keys of a text with a branch that is trained, a shift by the time, and gradients that read both. */
function build(storage: 'mapped' | 'resident' = 'mapped'): Graph {
  const graph = new Graph({ weights: storage });
  const file = openSafetensors(join(folder, 'model'));
  const matrix = (name: string) => weight(graph, file, name);
  const text = reshape(graph.input('text', [1, 5, 8]), [5, 8]);
  const branch = graph.input('branch', [8, 8]);
  const key = add(linear(text, matrix('key')), linear(text, branch));
  const embedded = add(linear(graph.input('time', [1, 8]), matrix('time')), graph.input('condition', [1, 8]));
  const shift = reshape(linear(silu(embedded), matrix('time')), [8]);
  const query = mul(linear(graph.input('x', [5, 8]), matrix('query')), shift);
  const loss = reduceSum(mul(silu(query), key), [0, 1], false);
  graph.output('loss', loss);
  gradients(loss, [branch]).forEach((gradient) => {
    graph.output('gradient', gradient);
  });
  return graph;
}

const feedsOf = (text: number, time: number): Record<string, NumberArray> => ({
  text: randomNumbers(40, text),
  time: randomNumbers(8, time),
  condition: randomNumbers(8, 7),
  branch: randomNumbers(64, 8),
  x: randomNumbers(40, 9),
});

const steps = [feedsOf(20, 30), feedsOf(20, 30), feedsOf(21, 30), feedsOf(20, 31), feedsOf(20, 30)];

async function run(graph: Graph, feeds: readonly Record<string, NumberArray>[], options: CompileOptions) {
  const compiled = await compile(graph, { threads: 1, ...options });
  const results = [];
  for (const each of feeds) results.push(await compiled.run(each));
  await compiled.release();
  return results;
}

/** How often each session ran, by the name of its profile. */
async function countRuns(graph: Graph, feeds: readonly Record<string, NumberArray>[], options: CompileOptions) {
  const profiles = mkdtempSync(join(folder, 'profiles-'));
  await run(graph, feeds, { ...options, profile: join(profiles, 'run') });
  const counts = readdirSync(profiles).map((file) => {
    const events = JSON.parse(readFileSync(join(profiles, file), 'utf8')) as { name: string }[];
    return [file.replace(/_.*/, ''), events.filter(({ name }) => name === 'model_run').length];
  });
  return Object.fromEntries(counts);
}

it.each(['mapped', 'resident'] as const)('gives the same results, weights %s', async (storage) => {
  const expected = await run(build(storage), steps, {});
  expect(new Set(expected.map(({ loss }) => loss?.[0])).size).toBe(3);
  expect(await run(build(storage), steps, { repeating })).toEqual(expected);
});

it('runs a hoisted subgraph once for equal values, and again for different ones', async () => {
  expect(await countRuns(build(), steps, { repeating })).toEqual({ run: 5, 'run-hoisted0': 2, 'run-hoisted1': 2 });
  expect(await countRuns(build(), steps, {})).toEqual({ run: 5 });
});

it('notices that the same array was overwritten', async () => {
  const [feeds = {}] = steps;
  const text = randomNumbers(40, 20);
  const compiled = await compile(build(), { threads: 1, repeating });
  const first = await compiled.run({ ...feeds, text });
  text.set(randomNumbers(40, 21));
  const second = await compiled.run({ ...feeds, text });
  await compiled.release();
  expect([first, second]).toEqual(await run(build(), [steps[0] ?? {}, steps[2] ?? {}], {}));
});

it('leaves no product of a repeating input to the main session', () => {
  const { main, hoisted } = hoist(build(), repeating);
  const count = (subgraph: Subgraph, type: string) => neededNodes(subgraph).filter(({ op }) => op.type === type).length;
  expect(hoisted.map((subgraph) => count(subgraph, 'Gemm'))).toEqual([1, 2]);
  expect(count(main, 'Gemm')).toBe(count(build(), 'Gemm') - 3);
});

it('hoists nothing where there is no product to save', async () => {
  const graph = new Graph();
  const noProduct = silu(mul(reshape(graph.input('text', [2, 3]), [6]), 2));
  graph.output('sum', add(noProduct, graph.input('x', [6])));
  const feeds = { text: randomNumbers(6, 1), x: randomNumbers(6, 2) };
  expect(await countRuns(graph, [feeds], { repeating: [['text'], ['nothing']] })).toEqual({ run: 1 });
});

it('returns what a hoisted subgraph computes', async () => {
  const graph = build();
  const [{ outputs = new Map() } = {}] = hoist(graph, repeating).hoisted;
  for (const value of outputs.values()) graph.output('product', value);
  const [first, again] = await run(graph, steps, { repeating });
  expect(first?.product).toHaveLength(40);
  expect(again?.product).toEqual(first?.product);
  expect([first]).toEqual(await run(graph, steps.slice(0, 1), {}));
});

it('hoists replaced nodes too', async () => {
  const graph = new Graph();
  const file = openSafetensors(join(folder, 'model'));
  const text = graph.input('text', [1, 5, 8]);
  const [key, value] = [linear(text, weight(graph, file, 'key')), linear(text, weight(graph, file, 'time'))];
  graph.output('result', silu(attention(graph.input('x', [1, 5, 8]), key, value, 2)));
  const feeds = { text: randomNumbers(40, 1), x: randomNumbers(40, 2) };
  const [expected] = await run(graph, [feeds], {});

  const { main, hoisted } = hoist(replaceNodes(graph, decomposeAttention(graph, 1e6)), repeating);
  expect(hoisted).toHaveLength(1);
  const tensors: Record<string, Tensor> = {
    text: new Tensor('float32', feeds.text, [1, 5, 8]),
    x: new Tensor('float32', feeds.x, [1, 5, 8]),
  };
  const before = process.cwd();
  for (const subgraph of [...hoisted, main]) {
    const { bytes, root, outputs } = encodeModel(subgraph);
    if (root) process.chdir(root);
    const session = await InferenceSession.create(bytes, { graphOptimizationLevel: 'basic' });
    process.chdir(before);
    const results = await session.run(tensors);
    for (const [name, inModel] of outputs) Object.assign(tensors, { [name]: results[inModel] });
    await session.release();
  }
  const found = tensors.result?.data as Float32Array;
  const differences = Array.from(expected?.result ?? [], (number, index) =>
    Math.abs(number - (found[index] ?? Number.NaN)),
  );
  expect(differences).toHaveLength(40);
  expect(Math.max(...differences)).toBeLessThan(1e-6);
});
