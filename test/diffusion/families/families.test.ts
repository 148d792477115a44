/**
 * @file Stable Diffusion 2.x (v-prediction) and SDXL on tiny random models, against diffusers, transformers and torch: prediction,
 * LoRA gradients, ten AdamW steps with min-SNR weights, and whole pictures from a seed. 1.x is tested part by part.
 */
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { loraTargets } from '../../../src/diffusion/lora/lora-targets.js';
import type { BaseModel } from '../../../src/diffusion/model/base-model.js';
import { openModel } from '../../../src/diffusion/model/open-model.js';
import { SharedMemory } from '../../../src/diffusion/model/shared-memory.js';
import { NoiseSchedule } from '../../../src/diffusion/noise-schedule.js';
import { embedAddedCondition } from '../../../src/diffusion/unet/added-condition.js';
import { createDenoiser } from '../../../src/diffusion/unet/denoiser.js';
import { createTrainStep } from '../../../src/diffusion/unet/train-step.js';
import { openSafetensors } from '../../../src/safetensors/header.js';
import { readTensor, readTensorBytes } from '../../../src/safetensors/read.js';
import { samplerNames } from '../../../src/sampling/samplers/samplers.js';
import { TextToImage } from '../../../src/sampling/text-to-image.js';
import { Learner } from '../../../src/training/learner.js';
import { lossWeights } from '../../../src/training/loss-weights.js';
import { trainingState } from '../../../src/training/training-state.js';
import { relativeDifference } from '../relative-difference.js';

const folder = fileURLToPath(new URL('../../goldens/families/', import.meta.url));
const [rank, alpha, steps, batchSize, minSnrGamma] = [2, 1, 10, 2, 5];
const latent = { height: 8, width: 8 };

/** What the golden file trains with; the picture's size is 24 × 16. */
function trainingOf(name: string, model: BaseModel) {
  const golden = openSafetensors(`${folder}${name}-training.safetensors`);
  const tensor = (key: string) => readTensor(golden, key);
  const rows = (key: string, step: number) => {
    const whole = tensor(key);
    return whole.slice((step * whole.length) / steps, ((step + 1) * whole.length) / steps);
  };
  let addedConditions: Float32Array | undefined;
  if (golden.tensors.has('pooled')) {
    const pooled = tensor('pooled');
    const perSample = [pooled.slice(0, pooled.length / 2), pooled.slice(pooled.length / 2)].map((own) =>
      embedAddedCondition(model.unet.config, own, { width: 24, height: 16 }),
    );
    addedConditions = Float32Array.from(perSample.flatMap((own) => [...own]));
  }
  return { tensor, rows, addedConditions };
}

async function learn(name: string, model: BaseModel) {
  const { tensor, rows, addedConditions } = trainingOf(name, model);
  const part = { component: 'unet', targets: loraTargets(model.unet.config) } as const;
  const state = trainingState(part, { rank, alpha, seed: 0 });
  state.trainable.values.set(tensor('before'));
  const schedule = new NoiseSchedule(model.scheduler);
  const memory = new SharedMemory(true);
  const learner = new Learner(model, { ...latent, batchSize }, state, memory, { threads: 1 });
  const losses: number[] = [];
  const norms: number[] = [];
  for (let step = 0; step < steps; step++) {
    const timesteps = [...rows('timesteps', step)];
    const batch = {
      latents: rows('latents', step),
      noise: rows('noise', step),
      timesteps,
      textHiddenStates: tensor('text'),
      addedCondition: addedConditions,
      ...lossWeights({ minSnrGamma, maskWeight: 1 }, schedule, timesteps, new Float32Array()),
    };
    const { loss, gradientNorm } = await learner.learn(batch, 1e-2);
    losses.push(loss);
    norms.push(gradientNorm);
  }
  await memory.release();
  return { losses: Float32Array.from(losses), norms: Float32Array.from(norms), after: state.trainable.values };
}

describe.each(['sd2', 'sdxl'] as const)('%s', (name) => {
  it('is recognised', async () => {
    const model = await openModel(`${folder}${name}`);
    expect(model.family.name).toBe(name);
    expect(model.scheduler.prediction_type).toBe(name === 'sd2' ? 'v_prediction' : 'epsilon');
    expect(model.resolution).toBe(32);
    expect(model.textEncoders.length).toBe(name === 'sdxl' ? 2 : 1);
  });

  it('predicts what diffusers predicts', async () => {
    const model = await openModel(`${folder}${name}`);
    const { tensor, rows, addedConditions: addedCondition } = trainingOf(name, model);
    const denoiser = await createDenoiser(model.unet, { ...latent, batchSize, rank, threads: 1 });
    const prediction = await denoiser.predict({
      sample: tensor('noisy'),
      timesteps: [...rows('timesteps', 0)],
      textHiddenStates: tensor('text'),
      addedCondition,
      lora: tensor('before'),
      loraScale: alpha / rank,
    });
    await denoiser.release();
    expect(relativeDifference(prediction, tensor('prediction'))).toBeLessThan(1e-4);
  });

  it.each(['mapped', 'resident'] as const)('has the LoRA gradients of torch, weights %s', async (storage) => {
    const model = await openModel(`${folder}${name}`);
    const { tensor, rows, addedConditions: addedCondition } = trainingOf(name, model);
    const schedule = new NoiseSchedule(model.scheduler);
    const timesteps = [...rows('timesteps', 0)];
    const mixes = timesteps.map((timestep) => schedule.mix(timestep));
    const geometry = { ...latent, batchSize, rank, threads: 1 };
    const { predictionType } = schedule;
    const step = await createTrainStep(model.unet, geometry, { storage, predictionType, loraScale: alpha / rank });
    const { gradient } = await step.run({
      latents: rows('latents', 0),
      noise: rows('noise', 0),
      timesteps,
      latentScales: mixes.map(({ latentScale }) => latentScale),
      noiseScales: mixes.map(({ noiseScale }) => noiseScale),
      textHiddenStates: tensor('text'),
      addedCondition,
      lora: tensor('before'),
      sampleWeights: timesteps.map((timestep) => schedule.minSnrWeight(timestep, minSnrGamma)),
    });
    await step.release();
    expect(relativeDifference(gradient, tensor('gradient'))).toBeLessThan(1e-3);
  });

  it('ends ten AdamW steps with the LoRA of diffusers, PEFT and torch', async () => {
    const model = await openModel(`${folder}${name}`);
    const { tensor } = trainingOf(name, model);
    const { losses, norms, after } = await learn(name, model);
    expect(relativeDifference(losses, tensor('losses'))).toBeLessThan(1e-4);
    expect(relativeDifference(norms, tensor('norms'))).toBeLessThan(1e-3);
    expect(relativeDifference(after, tensor('after'))).toBeLessThan(1e-3);
  });

  it('does not if trained with another prediction type', async () => {
    const prediction = name === 'sd2' ? 'epsilon' : 'v_prediction';
    const model = await openModel(`${folder}${name}`, { predictionType: prediction });
    const { after } = await learn(name, model);
    expect(relativeDifference(after, trainingOf(name, model).tensor('after'))).toBeGreaterThan(1e-2);
  });

  it.each([...samplerNames, 'without-negative'])(
    'generates the image of diffusers within 2 of 255: %s',
    async (key) => {
      const model = await openModel(`${folder}${name}`);
      const pipeline = await TextToImage.open(model, { rank: 1, threads: 1 });
      const sampler = samplerNames.find((known) => known === key) ?? 'dpmpp_2m';
      const negative = key === 'without-negative' ? undefined : 'bad';
      const request = { prompt: 'a girl, Red hair', negative, steps: 8, guidance: 4, seed: 1024, sampler };
      const expected = readTensorBytes(openSafetensors(`${folder}${name}-pictures.safetensors`), key);
      for await (const { rgb } of pipeline.generate(request)) {
        expect(rgb.length).toBe(expected.length);
        const difference = Math.max(...expected.map((value, index) => Math.abs(value - (rgb[index] ?? Number.NaN))));
        expect(difference).toBeLessThanOrEqual(2);
      }
      await pipeline.release();
    },
  );
});
