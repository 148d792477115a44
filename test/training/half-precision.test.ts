/** @file Learning in 16 bits: loss scaling is needed, skips what overflows, and continues from a checkpoint bit for bit. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { LoraLayout } from '../../src/diffusion/lora/lora-layout.js';
import { loraTargets } from '../../src/diffusion/lora/lora-targets.js';
import type { BaseModel } from '../../src/diffusion/model/base-model.js';
import { openModel } from '../../src/diffusion/model/open-model.js';
import { SharedMemory } from '../../src/diffusion/model/shared-memory.js';
import { TorchCpuGenerator } from '../../src/diffusion/random/torch-cpu-generator.js';
import { createTrainStep } from '../../src/diffusion/unet/train-step.js';
import { trainOptions } from '../../src/protocol/train-options.js';
import type { StepResult } from '../../src/training/backend.js';
import { readCheckpoint, writeCheckpoint } from '../../src/training/checkpoint.js';
import { assertFinite } from '../../src/training/divergence.js';
import { Learner } from '../../src/training/learner.js';
import type { LossScaling } from '../../src/training/loss-scaler.js';
import { TrainableLora } from '../../src/training/trainable-lora.js';
import { type TrainingState, trainingState } from '../../src/training/training-state.js';
import { someTraining } from '../diffusion/lora/some-training.js';
import { relativeNorm } from '../diffusion/relative-difference.js';

vi.setConfig({ testTimeout: 300_000 });

const folder = mkdtempSync(join(tmpdir(), 'half-precision-'));
afterAll(() => rmSync(folder, { recursive: true }));

let model: BaseModel;
beforeAll(async () => {
  model = await openModel(fileURLToPath(new URL('../goldens/text-to-image/model', import.meta.url)));
});

const [edge, rank] = [8, 2];
const size = 4 * edge * edge;
const options = trainOptions.parse({ rank, learningRate: 1e-2 });

/** What step number `step` trains on. */
function batchAt(step: number) {
  const numbers = (count: number, part: number) => new TorchCpuGenerator(10 * step + part).normal(count);
  return {
    latents: numbers(size, 0),
    noise: numbers(size, 1),
    timesteps: [(step * 137) % 1000],
    textHiddenStates: numbers(77 * model.unet.config.cross_attention_dim, 2),
  };
}

type Start = Parameters<typeof trainingState>[2];

async function learn(from: number, to: number, start: Start): Promise<{ state: TrainingState; results: StepResult[] }> {
  const memory = new SharedMemory(true);
  const compile = { threads: 1, precision: 'fp16' } as const;
  const state = trainingState({ component: 'unet', targets: loraTargets(model.unet.config) }, options, start);
  const learner = new Learner(model, { height: edge, width: edge, batchSize: 1 }, state, memory, compile);
  const results: StepResult[] = [];
  for (let step = from; step < to; step++) results.push(await learner.learn(batchAt(step), options.learningRate));
  await memory.release();
  return { state, results };
}

/** A start whose scale is so large that the first steps overflow. */
function startAt(scale: number): NonNullable<Start> {
  const part = { component: 'unet', targets: [] } as const;
  const lossScaling: LossScaling = { scale, goodSteps: 0, skippedSteps: 0 };
  return { lora: TrainableLora.gaussian(part, rank, rank, 0).lora, lossScaling, restore: () => {} };
}

describe('a step whose gradients overflow', () => {
  test('changes nothing but the scale, and is no update of the optimizer', async () => {
    const fresh = (await learn(0, 0, undefined)).state;
    const start = { ...startAt(2 ** 40), lora: fresh.trainable.lora };
    const { state, results } = await learn(0, 1, start);
    expect(results).toEqual([{ loss: expect.any(Number), gradientNorm: 0, lossScale: 2 ** 40, skipped: true }]);
    expect(state.trainable.values).toEqual(fresh.trainable.values);
    expect(state.adamW.updates).toBe(0);
    expect(state.adamW.firstMoment.every((value) => value === 0)).toBe(true);
    expect(state.lossScaling).toEqual({ scale: 2 ** 39, goodSteps: 0, skippedSteps: 1 });
  });

  test('at a scale of one is the end', () => {
    const skipped = { loss: 1, gradientNorm: 0, skipped: true } as const;
    expect(() => assertFinite(7, { ...skipped, lossScale: 2 })).not.toThrow();
    expect(() => assertFinite(7, { ...skipped, lossScale: 1 })).toThrow(
      expect.objectContaining({ code: 'trainer.diverged', message: expect.stringContaining('step 7') }),
    );
  });
});

test('a run continues from its checkpoint bit for bit, skipped steps included', async () => {
  const fresh = (await learn(0, 0, undefined)).state;
  const start = { ...startAt(2 ** 26), lora: fresh.trainable.lora };
  const whole = await learn(0, 24, start);
  const skipped = whole.results.filter((result) => result.skipped).length;
  expect(skipped).toBeGreaterThan(1);
  expect(skipped).toBeLessThan(12);
  expect(whole.state.adamW.updates).toBe(24 - skipped);

  const { state } = await learn(0, 12, start);
  writeCheckpoint(join(folder, 'checkpoint'), state, { step: 12, options, seconds: 1 }, someTraining);
  const resumed = await learn(12, 24, readCheckpoint(join(folder, 'checkpoint'), state.part, options));
  expect(resumed.results).toEqual(whole.results.slice(12));
  expect(resumed.state.trainable.values).toEqual(whole.state.trainable.values);
  expect(resumed.state.adamW.secondMoment).toEqual(whole.state.adamW.secondMoment);
  expect(resumed.state.adamW.updates).toBe(whole.state.adamW.updates);
  expect(resumed.state.lossScaling).toEqual(whole.state.lossScaling);
});

test('without loss scaling the gradients of a small loss vanish', async () => {
  const gradientOf = async (precision: 'fp16' | 'fp32', lossScale: number): Promise<Float32Array> => {
    const geometry = { batchSize: 1, height: edge, width: edge, rank, threads: 1, precision };
    const step = await createTrainStep(model.unet, geometry);
    const { textHiddenStates, timesteps, latents, noise } = batchAt(3);
    const lora = new TorchCpuGenerator(1)
      .normal(new LoraLayout(loraTargets(model.unet.config), rank).size)
      .map((value) => value / 10);
    const { gradient } = await step.run({
      latents,
      noise,
      timesteps,
      latentScales: [0.8],
      noiseScales: [0.6],
      textHiddenStates,
      lora,
      // As min-SNR weights are at the last timesteps.
      sampleWeights: [1e-4],
      lossScale,
    });
    await step.release();
    return gradient.map((value) => value / lossScale);
  };
  const expected = await gradientOf('fp32', 1);
  const [unscaled, scaled] = [await gradientOf('fp16', 1), await gradientOf('fp16', 65536)];
  expect(relativeNorm(scaled, expected)).toBeLessThan(3e-2);
  expect(relativeNorm(unscaled, expected)).toBeGreaterThan(0.1);
  const zeros = (numbers: Float32Array) => numbers.filter((value) => value === 0).length / numbers.length;
  expect(zeros(expected)).toBeLessThan(0.01);
  expect(zeros(unscaled)).toBeGreaterThan(0.2);
});
