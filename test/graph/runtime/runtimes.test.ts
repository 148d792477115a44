/** @file What every runtime supports: the same bits, tensors that stay on the device, all types, profiles, and errors with reasons. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { LoraLayout } from '../../../src/diffusion/lora/lora-layout.js';
import { loraTargets } from '../../../src/diffusion/lora/lora-targets.js';
import { openModel } from '../../../src/diffusion/model/open-model.js';
import { createTrainStep } from '../../../src/diffusion/unet/train-step.js';
import { runtimeFor } from '../../../src/graph/choose-runtime.js';
import { add, cast, compile, Graph, matmul, type RuntimeLibrary, sizeOf } from '../../../src/graph/index.js';
import { encodeModel } from '../../../src/graph/onnx/encode.js';
import type { DeviceTensor, HostTensor, Model, SessionOptions, Tensor } from '../../../src/graph/runtime/runtime.js';
import { randomNumbers } from '../finite-differences.js';
import { npmLibrary } from './libraries.js';

const plain: SessionOptions = {
  device: 'cpu',
  threads: 1,
  optimization: 'all',
  disabledOptimizers: [],
  prepacking: true,
  memoryPattern: true,
};

/** The model of a graph, and its own name of each output. */
function modelOf(graph: Graph): { readonly model: Model; readonly name: (output: string) => string } {
  const { bytes, root, outputs } = encodeModel(graph);
  return { model: { bytes, root, outputs: [...outputs.values()] }, name: (output) => outputs.get(output) ?? '' };
}

function hostTensor(tensor: Tensor | undefined): HostTensor {
  if (tensor === undefined || !('data' in tensor)) throw new Error('No host tensor.');
  return tensor;
}

function deviceTensor(tensor: Tensor | undefined): DeviceTensor {
  if (tensor === undefined || 'data' in tensor) throw new Error('No device tensor.');
  return tensor;
}

const runtimes: readonly [name: string, library: RuntimeLibrary | undefined][] = [
  ['onnxruntime-node', undefined],
  ['the C API', npmLibrary],
];

describe.each(runtimes)('%s', (_, library) => {
  const openRuntime = () => runtimeFor('cpu', library);

  /** x · w + x, and a sum over all elements. */
  function squareGraph(): Graph {
    const graph = new Graph();
    const x = graph.input('x', [16, 16]);
    graph.output('y', add(matmul(x, graph.constant(randomNumbers(256, 1), [16, 16])), x));
    return graph;
  }
  const x: HostTensor = { dtype: 'float32', shape: [16, 16], data: randomNumbers(256, 2) };

  it('feeds and reads tensors that stay on the device', async () => {
    const runtime = await openRuntime();
    const { model, name } = modelOf(squareGraph());
    const [keeping, returning] = [
      await runtime.open(model, { ...plain, kept: [name('y')] }),
      await runtime.open(model, plain),
    ];
    const first = deviceTensor((await keeping.run({ x }))[name('y')]);
    const second = deviceTensor((await keeping.run({ x: first }))[name('y')]);
    const expectedFirst = hostTensor((await returning.run({ x }))[name('y')]);
    const expected = hostTensor((await returning.run({ x: expectedFirst }))[name('y')]);
    expect([second.dtype, second.shape]).toEqual(['float32', [16, 16]]);
    expect(await second.read()).toEqual(expected.data);
    // In another session, and after the one that made it was released.
    await keeping.release();
    expect(hostTensor((await returning.run({ x: first }))[name('y')]).data).toEqual(expected.data);
    first.release();
    await expect(returning.run({ x: first })).rejects.toThrow(/released or of another runtime/);
    second.release();
    await returning.release();
  });

  it('does not mix up tensors over many runs', async () => {
    const runtime = await openRuntime();
    const graph = new Graph();
    const [a, b] = [graph.input('a', [1000]), graph.input('b', [1])];
    graph.output('sum', add(a, b));
    const { model, name } = modelOf(graph);
    const session = await runtime.open(model, { ...plain, kept: [name('sum')] });
    let sum: Tensor = { dtype: 'float32', shape: [1000], data: new Float32Array(1000) };
    for (let step = 1; step <= 200; step++) {
      // JavaScript's garbage collector moves small arrays.
      const next = deviceTensor(
        (await session.run({ a: sum, b: { dtype: 'float32', shape: [1], data: Float32Array.of(step) } }))[name('sum')],
      );
      if (!('data' in sum)) sum.release();
      sum = next;
    }
    expect(await deviceTensor(sum).read()).toEqual(new Float32Array(1000).fill((200 * 201) / 2));
    await session.release();
  });

  it('feeds and returns 16-bit floats and 64-bit integers', async () => {
    const runtime = await openRuntime();
    const graph = new Graph();
    graph.output('wide', cast(graph.input('half', [3], 'float16'), 'float32'));
    graph.output('half2', cast(graph.input('single', [3]), 'float16'));
    graph.output('long', cast(graph.input('int', [3], 'int32'), 'int64'));
    const { model, name } = modelOf(graph);
    const session = await runtime.open(model, plain);
    // 1, −2 and the largest: IEEE 754.
    const half = Uint16Array.of(0x3c00, 0xc000, 0x7bff);
    const results = await session.run({
      half: { dtype: 'float16', shape: [3], data: half },
      single: { dtype: 'float32', shape: [3], data: Float32Array.of(1, -2, 65504) },
      int: { dtype: 'int32', shape: [3], data: Int32Array.of(1, -2, 2 ** 31 - 1) },
    });
    expect(hostTensor(results[name('wide')]).data).toEqual(Float32Array.of(1, -2, 65504));
    expect(hostTensor(results[name('half2')]).data).toEqual(half);
    expect(hostTensor(results[name('long')]).data).toEqual(BigInt64Array.of(1n, -2n, 2n ** 31n - 1n));
    await session.release();
  });

  it('writes a profile', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'profile-'));
    const runtime = await openRuntime();
    const session = await runtime.open(modelOf(squareGraph()).model, { ...plain, profile: join(folder, 'times') });
    await session.run({ x });
    await session.release();
    const [file = '', ...others] = readdirSync(folder);
    expect(others).toEqual([]);
    expect(file).toMatch(/^times_.*\.json$/);
    const text = readFileSync(join(folder, file), 'utf8');
    rmSync(folder, { recursive: true });
    expect(text).toContain('MatMul');
  });

  it('rejects with its own messages', async () => {
    const runtime = await openRuntime();
    const { model } = modelOf(squareGraph());
    await expect(runtime.open({ ...model, bytes: model.bytes.slice(0, -9) }, plain)).rejects.toThrow(/protobuf/i);
    const session = await runtime.open(model, plain);
    await expect(session.run({ x: { ...x, shape: [4, 64] } })).rejects.toThrow(/index: 0 Got: 4 Expected: 16/);
    await expect(session.run({})).rejects.toThrow(/x/);
    await session.release();
  });
});

it('stays loaded after garbage collection', async () => {
  const runtime = await runtimeFor('cpu', npmLibrary);
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect !== 'function') throw new Error('Nothing can be collected.');
  for (let round = 0; round < 5; round++) {
    collect();
    await setTimeout(20);
  }
  // If it had been unloaded, the process would crash here.
  const graph = new Graph();
  graph.output('y', add(graph.input('x', [2]), 1));
  const { model, name } = modelOf(graph);
  const session = await runtime.open(model, plain);
  const { [name('y')]: y } = await session.run({ x: { dtype: 'float32', shape: [2], data: Float32Array.of(1, 2) } });
  expect(hostTensor(y).data).toEqual(Float32Array.of(2, 3));
  await session.release();
});

it('trains to the same bits with both', async () => {
  const model = await openModel('pocket');
  const geometry = { batchSize: 2, height: 8, width: 8, rank: 4, threads: 2 };
  const { in_channels: channels, cross_attention_dim: width } = model.unet.config;
  const latents = randomNumbers(2 * channels * 64, 1);
  const inputs = {
    latents,
    noise: randomNumbers(latents.length, 2),
    timesteps: [10, 900],
    latentScales: [0.9, 0.2],
    noiseScales: [0.4, 0.98],
    textHiddenStates: randomNumbers(2 * 77 * width, 3),
    lora: randomNumbers(new LoraLayout(loraTargets(model.unet.config), 4).size, 4),
  };
  const results = await Promise.all(
    runtimes.map(async ([, runtime]) => {
      const step = await createTrainStep(model.unet, { ...geometry, ...(runtime && { runtime }) });
      const result = await step.run(inputs);
      await step.release();
      return result;
    }),
  );
  expect(results[0]?.gradient.some((number) => number !== 0)).toBe(true);
  expect(results[0]).toEqual(results[1]);
});

it('leaves the event loop free while the C API computes', async () => {
  const graph = new Graph();
  let product = graph.input('x', [768, 768]);
  const first = product;
  for (let i = 0; i < 40; i++) product = matmul(product, first);
  graph.output('y', product);
  const session = await compile(graph, { threads: 1, runtime: npmLibrary });
  let turns = 0;
  const timer = setInterval(() => {
    turns++;
  }, 1);
  await session.run({ x: new Float32Array(sizeOf(first.shape)) });
  clearInterval(timer);
  await session.release();
  expect(turns).toBeGreaterThan(5);
});

it('copies feeds of a recorded session to fixed addresses, and results back', async () => {
  // On a CPU nothing is recorded, but everything else happens.
  const runtime = await runtimeFor('cpu', npmLibrary);
  const graph = new Graph();
  const [a, b] = [graph.input('a', [1000]), graph.input('b', [1])];
  graph.output('sum', add(a, b));
  graph.output('twice', add(b, b));
  const { model, name } = modelOf(graph);
  const session = await runtime.open(model, { ...plain, kept: [name('sum')], replayed: true });
  let sum: Tensor = { dtype: 'float32', shape: [1000], data: new Float32Array(1000) };
  for (let step = 1; step <= 10; step++) {
    const results = await session.run({ a: sum, b: { dtype: 'float32', shape: [1], data: Float32Array.of(step) } });
    expect(hostTensor(results[name('twice')]).data).toEqual(Float32Array.of(2 * step));
    sum = deviceTensor(results[name('sum')]);
  }
  expect(await deviceTensor(sum).read()).toEqual(new Float32Array(1000).fill(55));
  await session.release();
});

it('continues without a recording where none can be made', async () => {
  const runtime = await runtimeFor('cpu', npmLibrary);
  const graph = new Graph();
  graph.output('y', add(graph.input('x', [2]), 1));
  const { model, name } = modelOf(graph);
  const warned = new Promise<string>((resolve) => process.once('warning', ({ message }) => resolve(message)));
  const session = await runtime.open(model, { ...plain, replayed: true });
  // Shapes differ from run to run: nothing can be recorded.
  await expect(session.run({ x: { dtype: 'float32', shape: [3], data: new Float32Array(3) } })).rejects.toThrow(
    /Got: 3/,
  );
  expect(await warned).toMatch(/not recorded as a CUDA graph: .*Got: 3/s);
  const { [name('y')]: y } = await session.run({ x: { dtype: 'float32', shape: [2], data: Float32Array.of(1, 2) } });
  expect(hostTensor(y).data).toEqual(Float32Array.of(2, 3));
  await session.release();
});

it('names the library that cannot be loaded', async () => {
  const library = join(tmpdir(), 'libonnxruntime-not-there.so');
  const compiling = compile(new Graph(), { runtime: { library, preload: [] } });
  await expect(compiling).rejects.toMatchObject({ code: 'resource.device.missing', file: library });
});

it('names what CUDA lacks', async () => {
  const graph = new Graph();
  graph.output('y', add(graph.input('x', [1]), 1));
  const compiling = compile(graph, { device: 'cuda', runtime: npmLibrary });
  await expect(compiling).rejects.toMatchObject({
    code: 'resource.device.missing',
    message: expect.stringMatching(/on cuda: .*libonnxruntime_providers|provider.*is not (?:enabled|supported)/i),
  });
});
