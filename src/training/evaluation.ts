/** @file How well the model predicts with the LoRA: the mean loss over a fixed set of (picture, timestep, noise) triples. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Backend } from './backend.js';
import type { BatchSource } from './batch-source.js';
import { derivedSeed } from './derived-seed.js';
import type { TrainingHost } from './host.js';
import type { Sample } from './sample-order.js';

/** Triples; spread evenly over pictures and timesteps. */
const evaluationSize = 32;

/** The triple `index` of 0 … `evaluationSize` − 1. */
function evaluationSample(index: number, pictures: number, timesteps: number, seed: number): Sample {
  return {
    picture: Math.floor(((index + 0.5) / evaluationSize) * pictures) % pictures,
    variant: 0,
    replaces: undefined,
    // A stride coprime to the size, so that no image gets only early or only late timesteps.
    timestep: Math.floor(((((index * 13) % evaluationSize) + 0.5) / evaluationSize) * timesteps),
    noiseSeed: derivedSeed(seed, 'evaluation', 2 * index),
    latentSeed: derivedSeed(seed, 'evaluation', 2 * index + 1),
  };
}

/**
 * Mean squared error of the prediction over all triples, without weights or masks: `first` of the base model alone, `last`
 * with the LoRA. Undefined when the host's signal was aborted.
 */
export async function evaluate(
  backend: Backend,
  batches: BatchSource,
  seed: number,
  { emit, signal }: TrainingHost,
): Promise<{ first: number; last: number } | undefined> {
  const samples = Array.from({ length: evaluationSize }, (_, index) =>
    evaluationSample(index, batches.pool.count, backend.model.timesteps, seed),
  );
  const sums = { first: 0, last: 0 };
  await batches.prepareSamples(samples);
  for (const [index, sample] of samples.entries()) {
    if (signal.aborted) return undefined;
    const { base, tuned } = await backend.evaluate(batches.assemble([sample]));
    sums.first += base;
    sums.last += tuned;
    emit({ type: 'progress', stage: 'evaluation', done: index + 1, total: evaluationSize });
    // Lets a `stop` on standard input be received.
    await nextTurn();
  }
  return { first: sums.first / evaluationSize, last: sums.last / evaluationSize };
}
