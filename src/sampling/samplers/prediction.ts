/**
 * @file Converts a model's prediction, noise or velocity, to the noise and the denoised latent (Salimans and Ho, 2022, arXiv 2202.00512,
 * appendix D). A latent of unit variance is signal · denoised + noise · ε.
 */
import type { PredictionType } from '../../protocol/base-model.js';

/** Factors of the denoised latent and of the noise; their squares add up to 1. */
export interface Level {
  readonly signal: number;
  readonly noise: number;
}

/** The noise in `latent`; where it has to be computed, in the latent's precision. */
export function noiseFrom(
  latent: Float32Array | Float64Array,
  predicted: Float32Array,
  level: Level,
  type: PredictionType,
): Float32Array | Float64Array {
  if (type === 'epsilon') return predicted;
  return latent.map((value, position) => level.signal * (predicted[position] ?? 0) + level.noise * value);
}

/** The denoised latent; with a signal of 0, only a velocity determines it. */
export function denoisedFrom(latent: Float32Array, predicted: Float32Array, level: Level, type: PredictionType) {
  const { signal, noise } = level;
  if (type === 'epsilon') return latent.map((value, position) => (value - noise * (predicted[position] ?? 0)) / signal);
  return latent.map((value, position) => signal * value - noise * (predicted[position] ?? 0));
}
