/**
 * @file What a sampler is: a pure function that turns noise of unit variance into a denoised latent, by the denoiser's predictions at
 * decreasing timesteps. Settings are those of `XScheduler.from_config(pipe.scheduler.config)` in diffusers 0.42.
 */
import type { NoiseSchedule, SchedulerConfig } from '../../diffusion/noise-schedule.js';
import type { NormalGenerator } from '../../diffusion/random/normal-generator.js';

/** The model's prediction for `latent` at `timestep`, which may be fractional, with guidance already applied. */
export type Denoise = (latent: Float32Array, timestep: number) => Promise<Float32Array>;

export interface Sampling {
  readonly schedule: NoiseSchedule;
  readonly config: SchedulerConfig;
  /** Number of steps, at least 1. */
  readonly steps: number;
  readonly denoise: Denoise;
  /** The initial noise, of unit variance; not modified. */
  readonly noise: Float32Array;
  /** Generates the noise that a stochastic sampler adds, continuing after `noise`. */
  readonly generator: NormalGenerator;
}

/** Resolves to the denoised latent. Rejects with what `denoise` rejects with. */
export type Sampler = (sampling: Sampling) => Promise<Float32Array>;
