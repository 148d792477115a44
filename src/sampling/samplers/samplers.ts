/** @file The table of samplers, by their names for users. */
import { ddim } from './ddim.js';
import { dpmSolverPlusPlus2M } from './dpm-solver-plus-plus-2m.js';
import { euler } from './euler.js';
import { eulerAncestral } from './euler-ancestral.js';
import { heun } from './heun.js';
import type { Sampler } from './sampler.js';

export const samplers = {
  dpmpp_2m: dpmSolverPlusPlus2M,
  euler,
  euler_a: eulerAncestral,
  ddim,
  heun,
} as const satisfies Record<string, Sampler>;

export type SamplerName = keyof typeof samplers;

export const samplerNames = Object.keys(samplers) as [SamplerName, ...SamplerName[]];

/** How often a sampler calls the denoiser: Heun's method twice per step, except for the last. */
export const denoiserCalls = (sampler: SamplerName, steps: number): number =>
  sampler === 'heun' ? 2 * steps - 1 : steps;
