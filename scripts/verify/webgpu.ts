/**
 * @file `tsx scripts/verify/webgpu.ts`: training steps, one prediction and one picture of small models on ONNX Runtime's WebGPU
 * provider, and compares with the CPU. Without a graphics device it runs on SwiftShader, the Vulkan on the CPU that comes with
 * Debian's Chromium: `apt-get install chromium libvulkan1`.
 */
import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { addedConditionWidth } from '../../src/diffusion/config/unet-config.js';
import { LoraLayout } from '../../src/diffusion/lora/lora-layout.js';
import { loraTargets } from '../../src/diffusion/lora/lora-targets.js';
import type { BaseModel } from '../../src/diffusion/model/base-model.js';
import { openModel } from '../../src/diffusion/model/open-model.js';
import { SharedMemory } from '../../src/diffusion/model/shared-memory.js';
import { TorchCpuGenerator } from '../../src/diffusion/random/torch-cpu-generator.js';
import { createDenoiser } from '../../src/diffusion/unet/denoiser.js';
import { createTrainStep } from '../../src/diffusion/unet/train-step.js';
import { runtimeFor } from '../../src/graph/choose-runtime.js';
import { attention, conv2d, type Device, Graph, sizeOf } from '../../src/graph/index.js';
import { smallestWrongQueryCount } from '../../src/graph/lowering/decompose-attention.js';
import { isWrong } from '../../src/graph/lowering/padded-convolutions.js';
import { encodeModel } from '../../src/graph/onnx/encode.js';
import { TextToImage } from '../../src/sampling/text-to-image.js';
import { Learner } from '../../src/training/learner.js';
import { trainingState } from '../../src/training/training-state.js';
import { relativeError } from './relative-error.js';

const swiftShader = '/usr/lib/chromium/vk_swiftshader_icd.json';
const tolerance = 1e-2;
const rank = 2;

const hasDevice = existsSync('/dev/dri') && readdirSync('/dev/dri').some((node) => node.startsWith('renderD'));
if (!hasDevice && process.env.VK_ICD_FILENAMES === undefined) {
  if (!existsSync(swiftShader)) throw new Error('There is no graphics device: apt-get install chromium libvulkan1');
  process.env.VK_ICD_FILENAMES = swiftShader;
}

const isSwiftShader = process.env.VK_ICD_FILENAMES === swiftShader;

type Numbers = ArrayLike<number>;

/** Five steps at a high rate: each loss reflects the updates before it, which on a GPU never leave it. */
async function learnt(model: BaseModel, edge: number, device: Device) {
  const { config } = model.unet;
  const part = { component: 'unet', targets: loraTargets(config) } as const;
  const state = trainingState(part, { rank, alpha: 2 * rank, seed: 0 });
  const memory = new SharedMemory(true);
  const geometry = { height: edge, width: edge, batchSize: 1 };
  const learner = new Learner(model, geometry, state, memory, { device, threads: 2 });
  const generator = new TorchCpuGenerator(2);
  const size = config.in_channels * edge * edge;
  const batch = {
    latents: generator.normal(size),
    noise: generator.normal(size),
    timesteps: [500],
    textHiddenStates: generator.normal(77 * config.cross_attention_dim),
    addedCondition: addedConditionWidth(config) > 0 ? generator.normal(addedConditionWidth(config)) : undefined,
  };
  const [losses, norms]: [number[], number[]] = [[], []];
  for (let step = 0; step < 5; step++) {
    const { loss, gradientNorm } = await learner.learn(batch, 1e-2);
    losses.push(loss);
    norms.push(gradientNorm);
  }
  await learner.release();
  await memory.release();
  return { losses, norms };
}

async function results(base: string, edge: number, device: Device): Promise<Map<string, Numbers>> {
  const model = await openModel(base);
  const { config } = model.unet;
  const generator = new TorchCpuGenerator(1);
  const geometry = { batchSize: 1, height: edge, width: edge, rank, device, threads: 2 };
  const size = config.in_channels * edge * edge;
  const common = {
    timesteps: [500],
    textHiddenStates: generator.normal(77 * config.cross_attention_dim),
    addedCondition: addedConditionWidth(config) > 0 ? generator.normal(addedConditionWidth(config)) : undefined,
    lora: generator.normal(new LoraLayout(loraTargets(config), rank).size).map((value) => value / 10),
    loraScale: 1,
  };
  const found = new Map<string, Numbers>();
  const step = await createTrainStep(model.unet, geometry);
  const { loss, gradient } = await step.run({
    ...common,
    latents: generator.normal(size),
    noise: generator.normal(size),
    latentScales: [0.8],
    noiseScales: [0.6],
  });
  await step.release();
  const { losses, norms } = await learnt(model, edge, device);
  found.set('five steps: losses', losses).set('five steps: gradient norms', norms);
  found.set('training step: loss', [loss]).set('training step: gradients of the LoRA', gradient);
  const denoiser = await createDenoiser(model.unet, geometry);
  found.set('sampling: prediction', await denoiser.predict({ ...common, sample: generator.normal(size) }));
  await denoiser.release();
  const pipeline = await TextToImage.open(model, { device, threads: 2 });
  const request = { prompt: 'a girl, Red hair', negative: 'bad', steps: 4, guidance: 2, seed: 1024 };
  for await (const { rgb } of pipeline.generate(request)) found.set('sampling: picture of 4 steps', rgb);
  await pipeline.release();
  return found;
}

/** How far the `result` of a graph, in its nodes as they are, is from the CPU's. */
async function kernelError(graph: Graph): Promise<number> {
  const model = encodeModel(graph);
  const generator = new TorchCpuGenerator(3);
  const tensors = Object.fromEntries(
    Array.from(graph.inputs, ([name, { dtype, shape }]) => [
      name,
      { dtype, shape, data: generator.normal(sizeOf(shape)) },
    ]),
  );
  const name = model.outputs.get('result') ?? '';
  const on = async (device: Device): Promise<Numbers> => {
    const options = {
      device,
      optimization: 'all',
      disabledOptimizers: [],
      prepacking: true,
      memoryPattern: true,
    } as const;
    const session = await (await runtimeFor(device)).open({ ...model, outputs: [name] }, options);
    const { [name]: result } = await session.run(tensors);
    await session.release();
    return result && 'data' in result ? Float32Array.from(result.data, Number) : [];
  };
  return relativeError(await on('webgpu'), await on('cpu'));
}

function fusedAttention(queries: number): Graph {
  const graph = new Graph();
  const [query, key] = [graph.input('query', [1, queries, 32]), graph.input('key', [1, 77, 32])];
  graph.output('result', attention(query, key, key, 2));
  return graph;
}

function convolution(channels: number, filters: number): Graph {
  const graph = new Graph();
  const [x, weight] = [graph.input('x', [2, channels, 5, 7]), graph.input('weight', [filters, channels, 3, 3])];
  graph.output('result', conv2d(x, weight, undefined, { padding: 1 }));
  return graph;
}

/** Convolutions that the kernel is to be right for, and those that it is known to be wrong for. */
async function checkConvolutions(): Promise<void> {
  for (const channels of [3, 4, 5, 6, 9, 10, 12, 14, 15, 30, 32])
    for (const filters of [6, 12, 64]) {
      const isRight = (await kernelError(convolution(channels, filters))) <= tolerance;
      if (isRight !== isWrong([filters, channels, 3, 3])) continue;
      const what = `A convolution of ${channels} channels and ${filters} filters is ${isRight ? 'right' : 'wrong'}`;
      console.log(`${what}, unlike src/graph/lowering/padded-convolutions.ts says.`);
      process.exitCode = 1;
    }
  console.log('convolutions: compared');
}

await checkConvolutions();
const goldens = fileURLToPath(new URL('../../test/goldens/', import.meta.url));
let worst = 0;
for (const [name, base, edge] of [
  ['sd1', `${goldens}text-to-image/model`, 16],
  ['sd2', `${goldens}families/sd2`, 16],
  ['sdxl', `${goldens}families/sdxl`, 16],
  ['pocket', 'pocket', 16],
] as const) {
  const onCpu = await results(base, edge, 'cpu');
  const started = performance.now();
  const onGpu = await results(base, edge, 'webgpu');
  const seconds = (performance.now() - started) / 1000;
  for (const [what, expected] of onCpu) {
    const error = relativeError(onGpu.get(what) ?? [], expected);
    worst = Math.max(worst, error);
    console.log(`${name.padEnd(7)} ${what.padEnd(38)} relative difference ${error.toExponential(1)}`);
  }
  console.log(`${name.padEnd(7)} all of it on WebGPU took ${seconds.toFixed(1)} s`);
}
const [few, many] = [
  await kernelError(fusedAttention(smallestWrongQueryCount - 1)),
  await kernelError(fusedAttention(smallestWrongQueryCount)),
];
const errors = `of ${smallestWrongQueryCount - 1} queries ${few.toExponential(1)}, of ${smallestWrongQueryCount} queries ${many.toExponential(1)}`;
console.log(`fused attention: ${errors}`);
if (!(few <= tolerance)) {
  console.log('The fused attention is wrong where src/graph/lowering/decompose-attention.ts leaves it.');
  process.exitCode = 1;
}
if (isSwiftShader && many <= tolerance) {
  console.log('The fused attention is right now: src/graph/lowering/decompose-attention.ts can go.');
  process.exitCode = 1;
}
console.log(`largest ${worst.toExponential(1)}, allowed ${tolerance}`);
if (!(worst <= tolerance)) process.exitCode = 1;
