/** @file The base model as the loop and Python need it: checked as the native engine checks it, but not loaded. */
import { type LoraTarget, loraTargets } from '../../diffusion/lora/lora-targets.js';
import type { ModelOverrides } from '../../diffusion/model/base-model.js';
import { openModel } from '../../diffusion/model/open-model.js';
import { LoraBridgeError } from '../../errors/lora-bridge-error.js';
import type { TrainOptions } from '../../protocol/train-options.js';
import { openSafetensors } from '../../safetensors/header.js';
import type { TrainedModel } from '../../training/backend.js';
import { trainedModel } from '../../training/trained-model.js';
import { openTransformerFolder, type TransformerModel } from './transformer-folder.js';

export interface EngineModel extends TrainedModel {
  readonly component: 'unet' | 'transformer';
  /** The modules that the native engine trains, in its order; undefined for a model that it does not support. */
  readonly targets: readonly LoraTarget[] | undefined;
  /** What Python has to know to load it. */
  readonly settings: object;
}

/**
 * Opens a base model and reads the headers of its weight files, so that errors in them are reported before torch is loaded.
 * @throws LoraBridgeError `input.model.*`, `input.safetensors.*`, and `input.option.unsupported` for a single file, or an option
 * that its family does not have
 */
export async function openEngineModel(options: TrainOptions): Promise<EngineModel> {
  const transformer = await openTransformerFolder(options.base);
  return transformer === undefined
    ? await openUnetModel(options.base, options)
    : transformerModel(transformer, options);
}

async function openUnetModel(base: string, overrides: ModelOverrides): Promise<EngineModel> {
  const model = await openModel(base, overrides);
  const { path, scheduler, zerosForNoPrompt } = model;
  if (model.layout === 'single file') {
    const hint = 'Use --engine native, or the same model as a diffusers folder.';
    throw new LoraBridgeError(
      'input.option.unsupported',
      `The engine diffusers cannot train on the single file ${base}.`,
      {
        file: base,
        hint,
      },
    );
  }
  for (const { weights } of [model.unet, model.vae, ...model.textEncoders.map(({ encoder }) => encoder)])
    if (typeof weights === 'string') openSafetensors(weights);
  return {
    ...trainedModel(model),
    component: 'unet',
    targets: loraTargets(model.unet.config),
    settings: { family: 'unet', base: path, predictionType: scheduler.prediction_type, zerosForNoPrompt },
  };
}

function transformerModel(
  { path, name, family, title, resolution, latents }: TransformerModel,
  options: TrainOptions,
): EngineModel {
  if (options.minSnrGamma !== undefined) {
    throw new LoraBridgeError('input.option.unsupported', `There is no --min-snr-gamma for ${title}.`, {
      hint: 'Leave the option out: its timesteps are drawn where they teach most.',
    });
  }
  return {
    path,
    name,
    resolution,
    family,
    predictionType: 'flow',
    timesteps: 1000,
    schedule: undefined,
    latents,
    component: 'transformer',
    targets: undefined,
    settings: { family: family === 'sd3' ? 'sd3' : 'flux', base: path },
  };
}
