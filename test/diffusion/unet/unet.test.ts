/** @file Tiny random UNets against diffusers and PEFT: prediction, loss, LoRA gradients and ten AdamW steps. */
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readConfigFile } from '../../../src/diffusion/config/config-file.js';
import { unetConfig } from '../../../src/diffusion/config/unet-config.js';
import { TorchCpuGenerator } from '../../../src/diffusion/random/torch-cpu-generator.js';
import { createDenoiser } from '../../../src/diffusion/unet/denoiser.js';
import { buildTrainStep, createTrainStep, TrainStep } from '../../../src/diffusion/unet/train-step.js';
import { repeatingInputs } from '../../../src/diffusion/unet/unet.js';
import { compile } from '../../../src/graph/index.js';
import { openSafetensors } from '../../../src/safetensors/header.js';
import { readTensor, tensorEntry } from '../../../src/safetensors/read.js';
import { AdamW, adamWDefaults } from '../../../src/training/adamw.js';
import { clipGradients, gradientNorm } from '../../../src/training/gradient-norm.js';

const folder = fileURLToPath(new URL('../../goldens/unet/', import.meta.url));
const rank = 2;
const loraScale = 3 / rank;

/** The largest difference, relative to the largest expected value. */
function relativeError(found: Float32Array, expected: Float32Array): number {
  expect(found.length).toBe(expected.length);
  const scale = expected.reduce((largest, number) => Math.max(largest, Math.abs(number)), 0);
  expect(scale).toBeGreaterThan(0);
  return found.reduce((worst, number, i) => Math.max(worst, Math.abs(number - (expected[i] ?? Number.NaN))), 0) / scale;
}

async function openCase(name: string) {
  const golden = openSafetensors(`${folder}${name}.safetensors`);
  const tensor = (key: string) => readTensor(golden, key);
  const [batchSize = 0, , height = 0, width = 0] = tensorEntry(golden, 'latents').shape;
  const textTokens = tensorEntry(golden, 'text').shape[1] ?? 0;
  const config = await readConfigFile(`${folder}${name}/config.json`, unetConfig);
  const part = { config, weights: `${folder}${name}/diffusion_pytorch_model.safetensors` };
  const alphas = tensor('alphas');
  const noises = tensor('noises');
  const size = noises.length / (alphas.length / batchSize);
  const inputs = (step: number, lora: Float32Array) => {
    const alphasOfStep = Array.from(alphas.subarray(step * batchSize, (step + 1) * batchSize));
    return {
      latents: tensor('latents'),
      noise: noises.slice(step * size, (step + 1) * size),
      timesteps: Array.from(tensor('timesteps').subarray(step * batchSize, (step + 1) * batchSize)),
      latentScales: alphasOfStep.map(Math.sqrt),
      noiseScales: alphasOfStep.map((alpha) => Math.sqrt(1 - alpha)),
      textHiddenStates: tensor('text'),
      lora,
      sampleWeights: Array.from(tensor('weights')),
      lossMask: tensor('mask'),
    };
  };
  return { tensor, inputs, part, geometry: { batchSize, height, width, textTokens, rank, threads: 2 } };
}

describe.each(['pocket-like', 'sd-like-half', 'odd'])('%s', (name) => {
  it('predicts what diffusers predicts', async () => {
    const { tensor, inputs, part, geometry } = await openCase(name);
    const denoiser = await createDenoiser(part, geometry);
    const { timesteps, textHiddenStates } = inputs(0, tensor('lora'));
    const common = { timesteps, textHiddenStates, lora: tensor('lora'), sample: tensor('noisy') };
    const prediction = await denoiser.predict({ ...common, loraScale });
    const withoutLora = await denoiser.predict({ ...common, loraScale: 0 });
    await denoiser.release();
    expect(relativeError(prediction, tensor('prediction'))).toBeLessThan(1e-4);
    expect(relativeError(withoutLora, tensor('prediction'))).toBeGreaterThan(1e-3);
  });

  it.each([
    ['mapped', false],
    ['resident', false],
    ['mapped', true],
  ] as const)('has the loss and the LoRA gradients of torch, weights %s, low memory %s', async (storage, lowMemory) => {
    const opened = await openCase(name);
    const { tensor, inputs, part } = opened;
    const geometry = { ...opened.geometry, lowMemory };
    const graph = buildTrainStep(part, geometry, { storage, loraScale });
    const session = await compile(graph, { ...geometry, repeating: repeatingInputs });
    const step = new TrainStep(part.config, geometry, session);
    const { loss, gradient } = await step.run(inputs(0, tensor('lora')));
    await step.release();
    expect(Math.abs(loss / (tensor('loss')[0] ?? 0) - 1)).toBeLessThan(1e-4);
    expect(relativeError(gradient, tensor('gradient'))).toBeLessThan(1e-3);
  });
});

it('recomputes normalisations in low memory, on small latents too', async () => {
  const { part, geometry } = await openCase('sd-like-half');
  const normalisations = (lowMemory: boolean) =>
    buildTrainStep(part, { ...geometry, lowMemory }).nodes.filter(({ op }) => op.type === 'LayerNormalization').length;
  expect(normalisations(true)).toBeGreaterThan(1.5 * normalisations(false));
});

it('ends ten AdamW steps with the LoRA weights of torch', async () => {
  const { tensor, inputs, part, geometry } = await openCase('pocket-like');
  const step = await createTrainStep(part, geometry, { loraScale });
  const lora = tensor('lora');
  const optimizer = new AdamW(lora.length, adamWDefaults);
  for (let index = 0; index < 10; index++) {
    const { gradient } = await step.run(inputs(index, lora));
    clipGradients(gradient, gradientNorm(gradient), 1);
    optimizer.update(lora, gradient, 1e-2);
  }
  await step.release();
  expect(relativeError(lora, tensor('trained'))).toBeLessThan(1e-3);
  expect(relativeError(lora, tensor('lora'))).toBeGreaterThan(1e-2);
});

it('has the gradient of its loss where activations are recomputed, on large latents', async () => {
  const { tensor, part, geometry } = await openCase('pocket-like');
  const edge = 48;
  const step = await createTrainStep(part, { ...geometry, batchSize: 1, height: edge, width: edge }, { loraScale });
  const generator = new TorchCpuGenerator(5);
  const [latents, noise] = [generator.normal(4 * edge * edge), generator.normal(4 * edge * edge)];
  const textHiddenStates = tensor('text').slice(0, geometry.textTokens * part.config.cross_attention_dim);
  const run = (lora: Float32Array) =>
    step.run({
      latents,
      noise,
      timesteps: [300],
      latentScales: [0.8],
      noiseScales: [0.6],
      textHiddenStates,
      lora,
    });
  const lora = tensor('lora');
  const { gradient } = await run(lora);
  const norm = gradientNorm(gradient);
  // In the gradient's direction, the loss changes by the gradient's norm.
  const moved = (distance: number) => lora.map((number, i) => number + (distance * (gradient[i] ?? 0)) / norm);
  const [above, below] = [await run(moved(0.02)), await run(moved(-0.02))];
  await step.release();
  expect((above.loss - below.loss) / 0.04 / norm).toBeCloseTo(1, 2);
});
