/**
 * @file What a model's prediction says of a latent: its noise and its clean part, be it trained to predict the noise or the
 * velocity (Salimans and Ho, 2022, arXiv 2202.00512, appendix D). The latent has unit variance: signal · clean + noise · noise.
 */
import type { PredictionType } from '../../protocol/base-model.js';

/** Shares of clean latent and noise; their squares add up to 1. */
export interface Level {
  readonly signal: number;
  readonly noise: number;
}

/** The noise in `latent`, in its precision where it has to be computed. */
export function noiseFrom(
  latent: Float32Array | Float64Array,
  predicted: Float32Array,
  level: Level,
  type: PredictionType,
): Float32Array | Float64Array {
  if (type === 'epsilon') return predicted;
  return latent.map((value, position) => level.signal * (predicted[position] ?? 0) + level.noise * value);
}

/** The clean latent in `latent`; at a signal of 0 only a velocity can tell it. */
export function denoisedFrom(latent: Float32Array, predicted: Float32Array, level: Level, type: PredictionType) {
  const { signal, noise } = level;
  if (type === 'epsilon') return latent.map((value, position) => (value - noise * (predicted[position] ?? 0)) / signal);
  return latent.map((value, position) => signal * value - noise * (predicted[position] ?? 0));
}
