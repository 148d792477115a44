/**
 * @file DPM-Solver++ 2M (Lu et al., 2022, arXiv 2211.01095, algorithm 2), midpoint form, ending at sigma 0:
 * `DPMSolverMultistepScheduler` with its defaults.
 */
import type { SchedulerConfig } from '../../diffusion/noise-schedule.js';
import { denoisedFrom, type Level } from './prediction.js';
import type { Sampling } from './sampler.js';
import { roundHalfToEven, sigmasOf } from './timesteps.js';

export async function dpmSolverPlusPlus2M(sampling: Sampling): Promise<Float32Array> {
  const { schedule, config, steps, denoise, noise } = sampling;
  const timesteps = solverTimesteps(steps, config);
  const sigmas = sigmasOf(timesteps, schedule);
  let latent = noise;
  let previousDenoised: Float32Array | undefined;
  for (const [index, timestep] of timesteps.entries()) {
    const predicted = await denoise(latent, timestep);
    const now = level(sigmas[index] ?? 0);
    const next = level(sigmas[index + 1] ?? 0);
    const denoised = denoisedFrom(latent, predicted, now, config.prediction_type);
    const step = next.lambda - now.lambda;
    // Infinite in the last step, whose result is then the denoised latent alone.
    const decay = next.signal * Math.expm1(-step);
    const isLast = index === timesteps.length - 1;
    let target = denoised;
    if (previousDenoised !== undefined && !isLast) {
      const ratio = (now.lambda - level(sigmas[index - 1] ?? 0).lambda) / step;
      const before = previousDenoised;
      target = denoised.map((value, position) => value + (value - (before[position] ?? 0)) / (2 * ratio));
    }
    latent = latent.map((value, position) => (next.noise / now.noise) * value - decay * (target[position] ?? 0));
    previousDenoised = denoised;
  }
  return latent;
}

/** This scheduler computes its spacing for one step more than it takes, except for `trailing`. */
function solverTimesteps(steps: number, config: SchedulerConfig): number[] {
  const count = config.num_train_timesteps;
  const timestepOf = {
    linspace: (index: number) => roundHalfToEven(((steps - index) * (count - 1)) / steps),
    leading: (index: number) => (steps - index) * Math.floor(count / (steps + 1)) + config.steps_offset,
    trailing: (index: number) => roundHalfToEven(count - (index * count) / steps) - 1,
  }[config.timestep_spacing ?? 'linspace'];
  return Array.from({ length: steps }, (_, index) => timestepOf(index));
}

/** Shares of signal and noise in a latent of unit variance, and lambda, half the logarithm of their ratio squared. */
function level(sigma: number): Level & { readonly lambda: number } {
  const signal = 1 / Math.sqrt(sigma ** 2 + 1);
  return { signal, noise: sigma * signal, lambda: -Math.log(sigma) };
}
