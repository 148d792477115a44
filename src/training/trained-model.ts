/** @file What the training loop needs to know of a Stable Diffusion model. */
import { pixelsPerLatent } from '../diffusion/config/vae-config.js';
import type { BaseModel } from '../diffusion/model/base-model.js';
import { NoiseSchedule } from '../diffusion/noise-schedule.js';
import type { TrainedModel } from './backend.js';

export function trainedModel({ path, name, family, resolution, scheduler, vae }: BaseModel): TrainedModel {
  const schedule = new NoiseSchedule(scheduler);
  return {
    path,
    name,
    family: family.name,
    predictionType: schedule.predictionType,
    resolution,
    timesteps: schedule.timesteps,
    schedule,
    latents: {
      channels: vae.config.latent_channels,
      pixels: pixelsPerLatent(vae.config),
      scale: vae.config.scaling_factor,
      shift: 0,
    },
  };
}
