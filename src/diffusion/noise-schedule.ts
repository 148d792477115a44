/**
 * @file The noise schedule: the shares of latent and noise at each training timestep, as in diffusers' schedulers
 * (`scheduling_ddpm.py`), computed in float32 as torch does.
 */
import { z } from 'zod';
import { type PredictionType, predictionTypeName } from '../protocol/base-model.js';

/** The part of `scheduler/scheduler_config.json` that training and sampling need, with diffusers' defaults. */
export const schedulerConfig = z.object({
  num_train_timesteps: z.int().min(1).max(100_000).default(1000),
  beta_start: z.number().positive().default(0.0001),
  beta_end: z.number().positive().default(0.02),
  beta_schedule: z.enum(['linear', 'scaled_linear']).default('linear'),
  /** The noise, or the velocity √ᾱ · noise − √(1 − ᾱ) · latent. */
  prediction_type: predictionTypeName.default('epsilon'),
  /** Betas rescaled so that nothing of the latent is left at the last timestep (Lin et al., 2023, arXiv 2305.08891). */
  rescale_betas_zero_snr: z.boolean().default(false),
  /** A larger one would lead beyond the last timestep. */
  steps_offset: z.int().min(0).max(1).default(0),
  set_alpha_to_one: z.boolean().optional(),
  clip_sample: z.boolean().optional(),
  clip_sample_range: z.number().positive().default(1),
  timestep_spacing: z.enum(['linspace', 'leading', 'trailing']).optional(),
});

export type SchedulerConfig = z.output<typeof schedulerConfig>;

/** diffusers' samplers use this ᾱ for a last timestep where the schedule leaves nothing of the latent. */
const smallestAlpha = 2 ** -24;

export class NoiseSchedule {
  /** ᾱ, the cumulative product of 1 - beta, one float32 per timestep: the share of the latent's variance that is left. */
  readonly alphasCumprod: Float32Array;
  readonly predictionType: PredictionType;

  constructor(config: SchedulerConfig) {
    this.predictionType = config.prediction_type;
    const count = config.num_train_timesteps;
    const scaled = config.beta_schedule === 'scaled_linear';
    const edges = scaled
      ? linspace(Math.sqrt(config.beta_start), Math.sqrt(config.beta_end), count)
      : linspace(config.beta_start, config.beta_end, count);
    const alphas = edges.map((edge) => 1 - (scaled ? Math.fround(edge * edge) : edge));
    this.alphasCumprod = cumulativeProduct(config.rescale_betas_zero_snr ? rescaledToZeroSnr(alphas) : alphas);
  }

  /** Training timesteps, 0 to `timesteps - 1`. */
  get timesteps(): number {
    return this.alphasCumprod.length;
  }

  /** Share of the latent's variance left at an integer timestep, 0 to 1. */
  alphaCumprod(timestep: number): number {
    const value = this.alphasCumprod[timestep];
    if (value === undefined) throw new RangeError(`Timestep ${timestep} is outside 0 … ${this.timesteps - 1}.`);
    return value;
  }

  /** The factors of `noisy = latentScale · latent + noiseScale · noise` (`add_noise` in diffusers). */
  mix(timestep: number): { readonly latentScale: number; readonly noiseScale: number } {
    const alpha = this.alphaCumprod(timestep);
    return { latentScale: Math.fround(Math.sqrt(alpha)), noiseScale: Math.fround(Math.sqrt(1 - alpha)) };
  }

  /** k-diffusion's sigma, the ratio of noise to latent: sqrt((1 - alpha) / alpha), at most 4096. */
  sigma(timestep: number): number {
    const alpha = Math.max(this.alphaCumprod(timestep), smallestAlpha);
    return Math.fround(Math.sqrt(Math.fround(Math.fround(1 - alpha) / alpha)));
  }

  /** Signal-to-noise ratio alpha / (1 - alpha) at an integer timestep. */
  snr(timestep: number): number {
    const alpha = this.alphaCumprod(timestep);
    return alpha / (1 - alpha);
  }

  /**
   * Weight of the loss by min-SNR (Hang et al., 2023, arXiv 2303.09556): min(SNR, gamma) / SNR for a model that predicts the
   * noise, min(SNR, gamma) / (SNR + 1) for one that predicts the velocity. The usual gamma is 5.
   */
  minSnrWeight(timestep: number, gamma: number): number {
    const snr = this.snr(timestep);
    return this.predictionType === 'epsilon' ? Math.min(1, gamma / snr) : Math.min(snr, gamma) / (snr + 1);
  }
}

/** torch's `cumprod` of float32: in double precision, with each result rounded. */
function cumulativeProduct(factors: Float32Array): Float32Array {
  let product = 1;
  return factors.map((factor) => {
    product *= factor;
    return product;
  });
}

/** `rescale_zero_terminal_snr` of diffusers' schedulers: √ᾱ shifted to end at 0 and scaled to begin where it did. */
function rescaledToZeroSnr(alphas: Float32Array): Float32Array {
  const roots = cumulativeProduct(alphas).map(Math.sqrt);
  const [first = 0, last = 0] = [roots[0], roots.at(-1)];
  const scale = Math.fround(first / Math.fround(first - last));
  const products = roots.map((root) => Math.fround(Math.fround(root - last) * scale) ** 2);
  return products.map((product, timestep) => 1 - Math.fround(1 - Math.fround(product / (products[timestep - 1] ?? 1))));
}

/** `torch.linspace` in float32: counted from the nearer end, so that both ends are exact. */
function linspace(start: number, end: number, count: number): Float32Array {
  const [first, last] = [Math.fround(start), Math.fround(end)];
  const step = count > 1 ? Math.fround(Math.fround(last - first) / (count - 1)) : 0;
  return Float32Array.from({ length: count }, (_, index) =>
    index < count / 2 ? first + step * index : last - step * (count - 1 - index),
  );
}
