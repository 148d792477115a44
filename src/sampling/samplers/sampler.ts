/**
 * @file What a sampler is, and which there are. A sampler is a pure function: from noise of unit variance it asks the
 * denoiser what it predicts of the latent at falling timesteps and ends with a clean latent. Settings are those of
 * `XScheduler.from_config(pipe.scheduler.config)` in diffusers 0.42.
 */
import type { NoiseSchedule, SchedulerConfig } from '../../diffusion/noise-schedule.js';
import type { NormalGenerator } from '../../diffusion/random/normal-generator.js';

/** The model's prediction for `latent` at `timestep` (fractions are possible), with guidance already applied. */
export type Denoise = (latent: Float32Array, timestep: number) => Promise<Float32Array>;

export interface Sampling {
  readonly schedule: NoiseSchedule;
  readonly config: SchedulerConfig;
  /** Number of steps, at least 1. */
  readonly steps: number;
  readonly denoise: Denoise;
  /** Noise of unit variance to begin with; it is left as it is. */
  readonly noise: Float32Array;
  /** Gives the noise that a stochastic sampler adds, going on from where `noise` was drawn. */
  readonly generator: NormalGenerator;
}

/** Resolves to the clean latent. Rejects with what `denoise` rejects with. */
export type Sampler = (sampling: Sampling) => Promise<Float32Array>;
