/** @file Predictions and LoRA gradients in 16 bits against those in float32, of every family. The CPU rounds as a GPU does. */
import { fileURLToPath } from 'node:url';
import { describe, expect, it, vi } from 'vitest';
import { PromptEncoder } from '../../src/diffusion/clip/prompt-encoder.js';
import { addedConditionWidth } from '../../src/diffusion/config/unet-config.js';
import { vaeConfig } from '../../src/diffusion/config/vae-config.js';
import { LoraLayout } from '../../src/diffusion/lora/lora-layout.js';
import { loraTargets } from '../../src/diffusion/lora/lora-targets.js';
import { openModel } from '../../src/diffusion/model/open-model.js';
import { TorchCpuGenerator } from '../../src/diffusion/random/torch-cpu-generator.js';
import { createDenoiser } from '../../src/diffusion/unet/denoiser.js';
import { createTrainStep } from '../../src/diffusion/unet/train-step.js';
import { VaeDecoder } from '../../src/diffusion/vae/decoder.js';
import { VaeEncoder } from '../../src/diffusion/vae/encoder.js';
import { vaeOptions } from '../../src/diffusion/vae/options.js';
import { relativeNorm } from './relative-difference.js';

const goldens = fileURLToPath(new URL('../goldens/', import.meta.url));
vi.setConfig({ testTimeout: 300_000 });

const [edge, rank, lossScale] = [8, 2, 65536];

async function compute(base: string, storage: 'mapped' | 'resident', precision: 'fp32' | 'fp16') {
  const model = await openModel(base);
  const { config } = model.unet;
  const generator = new TorchCpuGenerator(1);
  const numbers = (count: number) => generator.normal(count);
  const geometry = { batchSize: 1, height: edge, width: edge, rank, threads: 1, precision };
  const size = config.in_channels * edge * edge;
  const addedWidth = addedConditionWidth(config);
  const common = {
    timesteps: [500],
    textHiddenStates: numbers(77 * config.cross_attention_dim),
    addedCondition: addedWidth > 0 ? numbers(addedWidth) : undefined,
    lora: numbers(new LoraLayout(loraTargets(config), rank).size).map((value) => value / 10),
    loraScale: 1,
  };
  const step = await createTrainStep(model.unet, geometry, {
    storage,
    predictionType: model.scheduler.prediction_type,
  });
  const mixed = { latents: numbers(size), noise: numbers(size), latentScales: [0.8], noiseScales: [0.6] };
  const { loss, gradient } = await step.run({ ...common, ...mixed, lossScale });
  await step.release();
  const denoiser = await createDenoiser(model.unet, geometry);
  const prediction = await denoiser.predict({ ...common, sample: mixed.latents });
  await denoiser.release();
  return { loss, gradient, prediction };
}

/** Hidden states of the text encoders, and the VAE's results for a latent and an image. */
async function others(base: string, precision: 'fp32' | 'fp16') {
  const model = await openModel(base);
  const generator = new TorchCpuGenerator(2);
  const compile = { threads: 1, precision };
  const size = { width: 64, height: 64 };
  const encoder = await VaeEncoder.open(model.vae, size, compile);
  const { mean, logVariance } = await encoder.encode(generator.normal(3 * 64 * 64).map((value) => Math.tanh(value)));
  await encoder.release();
  const decoder = await VaeDecoder.open(model.vae, size, compile);
  const pixels = await decoder.decode(generator.normal(mean.length));
  await decoder.release();
  const prompts = await PromptEncoder.open(model, compile);
  const { textHiddenStates } = await prompts.encode('a girl with red hair', size);
  await prompts.release();
  return { mean, logVariance, pixels, textHiddenStates };
}

describe.each([
  ['sd1', `${goldens}text-to-image/model`],
  ['sd2', `${goldens}families/sd2`],
  ['sdxl', `${goldens}families/sdxl`],
  ['pocket', 'pocket'],
])('%s', (_, base) => {
  it.each(['mapped', 'resident'] as const)('weights %s', async (storage) => {
    const expected = await compute(base, storage, 'fp32');
    const found = await compute(base, storage, 'fp16');
    expect(relativeNorm(found.prediction, expected.prediction)).toBeLessThan(1e-2);
    expect(relativeNorm(found.gradient, expected.gradient)).toBeLessThan(3e-2);
    expect(Math.abs(found.loss / expected.loss - 1)).toBeLessThan(1e-2);
    // If nothing were rounded to 16 bits, this would prove nothing.
    expect(relativeNorm(found.prediction, expected.prediction)).toBeGreaterThan(1e-4);
  });

  it('encoders and decoder', async () => {
    const expected = Object.entries(await others(base, 'fp32'));
    const found = Object.values(await others(base, 'fp16'));
    expected.forEach(([name, numbers], index) => {
      const error = relativeNorm(found[index] ?? new Float32Array(), numbers);
      expect(error, name).toBeLessThan(1e-2);
      expect(error, name).toBeGreaterThan(1e-5);
    });
  });
});

it("SDXL's VAE is computed in float32, unless it was made to fit", async () => {
  const [sd1, sdxl] = [await openModel(`${goldens}text-to-image/model`), await openModel(`${goldens}families/sdxl`)];
  const half = { device: 'cuda', precision: 'fp16' } as const;
  const vaeOf = (force_upcast: boolean) => ({
    ...sdxl,
    vae: { ...sdxl.vae, config: { ...sdxl.vae.config, force_upcast } },
  });
  expect(vaeOptions(sd1, half)).toEqual(half);
  const { force_upcast: unsaid } = vaeConfig.parse({});
  expect(vaeOptions(vaeOf(unsaid), half)).toEqual({ device: 'cuda', precision: 'fp32' });
  expect(vaeOptions(vaeOf(true), half)).toEqual({ device: 'cuda', precision: 'fp32' });
  expect(vaeOptions(vaeOf(false), half)).toEqual(half);
});
