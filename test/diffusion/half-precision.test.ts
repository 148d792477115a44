/** @file Predictions and LoRA gradients in 16 bits beside those in float32, of every family. The CPU rounds as a GPU does. */
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { addedConditionWidth } from '../../src/diffusion/config/unet-config.js';
import { loraTargets } from '../../src/diffusion/lora/lora-targets.js';
import { openModel } from '../../src/diffusion/model/open-model.js';
import { TorchCpuGenerator } from '../../src/diffusion/random/torch-cpu-generator.js';
import { createDenoiser } from '../../src/diffusion/unet/denoiser.js';
import { loraSize } from '../../src/diffusion/unet/lora-branches.js';
import { createTrainStep } from '../../src/diffusion/unet/train-step.js';

const goldens = fileURLToPath(new URL('../goldens/', import.meta.url));
const [edge, rank, lossScale] = [16, 2, 65536];

/** Norm of the difference, relative to the norm of what is expected; NaN when anything is not a number. */
function relativeNorm(found: Float32Array, expected: Float32Array): number {
  const square = (sum: number, value: number) => sum + value * value;
  const difference = expected.map((value, index) => (found[index] ?? Number.NaN) - value);
  return Math.sqrt(difference.reduce(square, 0) / expected.reduce(square, 0));
}

async function compute(base: string, storage: 'mapped' | 'resident', precision: 'fp32' | 'fp16') {
  const model = await openModel(base);
  const { config } = model.unet;
  const generator = new TorchCpuGenerator(1);
  const numbers = (count: number) => generator.normal(count);
  const geometry = { batchSize: 1, height: edge, width: edge, textTokens: 77, rank, threads: 1, precision };
  const size = config.in_channels * edge * edge;
  const addedWidth = addedConditionWidth(config);
  const common = {
    timesteps: [500],
    textHiddenStates: numbers(77 * config.cross_attention_dim),
    addedCondition: addedWidth > 0 ? numbers(addedWidth) : undefined,
    lora: numbers(loraSize(loraTargets(config), rank)).map((value) => value / 10),
    loraScale: 1,
  };
  const step = await createTrainStep(model.unet, geometry, {
    storage,
    predictionType: model.scheduler.prediction_type,
  });
  const mixed = { latents: numbers(size), noise: numbers(size), latentScales: [0.8], noiseScales: [0.6] };
  const { loss, gradient } = await step.run({ ...common, ...mixed, sampleWeights: [lossScale] });
  await step.release();
  const denoiser = await createDenoiser(model.unet, geometry);
  const prediction = await denoiser.predict({ ...common, sample: mixed.latents });
  await denoiser.release();
  return { loss: loss / lossScale, gradient, prediction };
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
    // Were nothing rounded to 16 bits, this would prove nothing.
    expect(relativeNorm(found.prediction, expected.prediction)).toBeGreaterThan(1e-4);
  });
});
