/** @file Which training timesteps a sampler visits, and the noise levels (sigmas) that belong to them. */
import type { NoiseSchedule, SchedulerConfig } from '../../diffusion/noise-schedule.js';

export type TimestepSpacing = 'linspace' | 'leading' | 'trailing';

/** Rounds halves to even, as Python and NumPy do. */
export function roundHalfToEven(value: number): number {
  const below = Math.floor(value);
  const rest = value - below;
  return rest > 0.5 || (rest === 0.5 && below % 2 !== 0) ? below + 1 : below;
}

/**
 * `steps` decreasing timesteps, as in diffusers' Euler, Heun and DDIM schedulers (Lin et al., 2023, arXiv 2305.08891, table 2). `linspace`
 * gives fractions, which DDIM rounds.
 */
export function spacedTimesteps(steps: number, spacing: TimestepSpacing, config: SchedulerConfig): number[] {
  const count = config.num_train_timesteps;
  switch (spacing) {
    case 'linspace':
      return descending(steps, (index) => (steps > 1 ? Math.fround((index * (count - 1)) / (steps - 1)) : 0));
    case 'leading':
      return descending(steps, (index) => index * Math.floor(count / steps) + config.steps_offset);
    case 'trailing':
      return Array.from({ length: steps }, (_, index) => roundHalfToEven(count - (index * count) / steps) - 1);
  }
}

function descending(steps: number, ascending: (index: number) => number): number[] {
  return Array.from({ length: steps }, (_, index) => ascending(steps - 1 - index));
}

/** The sigma of each timestep, interpolated between training timesteps; then 0, where sampling ends. */
export function sigmasOf(timesteps: readonly number[], schedule: NoiseSchedule): Float32Array {
  const sigmas = timesteps.map((timestep) => {
    const below = Math.floor(timestep);
    const start = schedule.sigma(below);
    return below === timestep ? start : start + (timestep - below) * (schedule.sigma(below + 1) - start);
  });
  return Float32Array.from([...sigmas, 0]);
}
