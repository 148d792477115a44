/** @file How well the model predicts with the LoRA: the mean loss over a fixed set of (picture, timestep, noise) triples. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { BaseModel } from '../diffusion/model/base-model.js';
import type { SharedMemory } from '../diffusion/model/shared-memory.js';
import { NoiseSchedule } from '../diffusion/noise-schedule.js';
import { createDenoiser } from '../diffusion/unet/denoiser.js';
import type { BatchSource } from './batch-source.js';
import { derivedSeed } from './derived-seed.js';
import type { TrainingHost } from './host.js';
import type { Learner } from './learner.js';
import type { Sample } from './sample-order.js';

/** Triples; spread evenly over pictures and timesteps. */
export const evaluationSize = 32;

/** The triple `index` of 0 … `evaluationSize` − 1. */
export function evaluationSample(index: number, pictures: number, timesteps: number, seed: number): Sample {
  return {
    picture: Math.floor(((index + 0.5) / evaluationSize) * pictures) % pictures,
    variant: 0,
    replaces: undefined,
    // A step coprime to the size, so that no picture meets only early or only late timesteps.
    timestep: Math.floor(((((index * 13) % evaluationSize) + 0.5) / evaluationSize) * timesteps),
    noiseSeed: derivedSeed(seed, 'evaluation', 2 * index),
    latentSeed: derivedSeed(seed, 'evaluation', 2 * index + 1),
  };
}

/**
 * Mean squared error of the prediction over all triples, without weights or masks: `first` of the base model alone, `last`
 * with the LoRA. Undefined when the host's signal was aborted.
 */
export async function measureChange(
  model: BaseModel,
  batches: BatchSource,
  { trainable, loraScale }: Learner,
  seed: number,
  memory: SharedMemory,
  { compile, tell, signal }: TrainingHost,
): Promise<{ first: number; last: number } | undefined> {
  const [, height, width] = batches.latentShape;
  const { rank } = trainable.lora;
  const geometry = { batchSize: 1, height, width, rank, ...compile };
  const turn = memory.share(() => createDenoiser(model.unet, geometry));
  const schedule = new NoiseSchedule(model.scheduler);
  const samples = Array.from({ length: evaluationSize }, (_, index) =>
    evaluationSample(index, batches.pool.count, schedule.timesteps, seed),
  );
  const sums = { first: 0, last: 0 };
  await batches.prepareSamples(samples);
  try {
    for (const [index, sample] of samples.entries()) {
      if (signal.aborted) return undefined;
      const { latents, noise, timesteps, textHiddenStates, addedConditions } = batches.assemble([sample]);
      const { latentScale, noiseScale } = schedule.mix(sample.timestep);
      const noisy = latents.map((value, i) => value * latentScale + (noise[i] ?? 0) * noiseScale);
      const target =
        schedule.predictionType === 'epsilon'
          ? noise
          : noise.map((value, i) => value * latentScale - (latents[i] ?? 0) * noiseScale);
      const inputs = {
        sample: noisy,
        timesteps,
        textHiddenStates,
        addedCondition: addedConditions,
        lora: trainable.values,
      };
      const denoiser = await turn.open();
      sums.first += meanSquare(await denoiser.predict({ ...inputs, loraScale: 0 }), target);
      sums.last += meanSquare(await denoiser.predict({ ...inputs, loraScale }), target);
      tell({ type: 'progress', stage: 'evaluation', done: index + 1, total: evaluationSize });
      // Lets a `stop` on standard input arrive.
      await nextTurn();
    }
  } finally {
    await turn.rest();
  }
  return { first: sums.first / evaluationSize, last: sums.last / evaluationSize };
}

function meanSquare(prediction: Float32Array, target: Float32Array): number {
  return prediction.reduce((sum, value, i) => sum + (value - (target[i] ?? 0)) ** 2, 0) / prediction.length;
}
