/** @file A training for the metadata of a LoRA file. */

export const someTraining = {
  title: 'Godette',
  baseModel: 'pocket',
  family: 'sd1' as const,
  predictionType: 'epsilon' as const,
  triggerPhrase: 'a sks girl',
  captions: ['a sks girl, standing', 'a sks girl, running'],
  resolution: 128,
  steps: 200,
  batchSize: 1,
  learningRate: 1e-4,
  seed: 0,
  startedAt: new Date(1_700_000_000_000),
  finishedAt: new Date(1_700_000_060_000),
};
