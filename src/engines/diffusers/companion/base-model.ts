/** @file The base model as the companion and the Python side need it: checked by the native engine's own eyes, not loaded. */
import { type LoraTarget, loraTargets } from '../../../diffusion/lora/lora-targets.js';
import type { ModelOverrides } from '../../../diffusion/model/base-model.js';
import { openModel } from '../../../diffusion/model/open-model.js';
import { LoraBridgeError } from '../../../errors/lora-bridge-error.js';
import type { TrainOptions } from '../../../protocol/train-options.js';
import { openSafetensors } from '../../../safetensors/header.js';
import type { RecordedModel } from '../../../training/run-record.js';
import { openTransformerFolder, type TransformerModel } from '../transformer-folder.js';

export interface EngineModel extends RecordedModel {
  /** Edge in pixels of the pictures that the model was made for. */
  readonly resolution: number;
  /** Timesteps of its noise schedule. */
  readonly timesteps: number;
  readonly component: 'unet' | 'transformer';
  /** The modules that the native engine trains, in its order; undefined for a model that it does not know. */
  readonly targets: readonly LoraTarget[] | undefined;
  /** What the Python side is told of it. */
  readonly plan: object;
}

/**
 * Opens a base model and looks at the headers of its weight files, so that what is wrong with them is said before torch is loaded.
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
  const { path, name, resolution, scheduler, zerosForNoPrompt } = model;
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
  const predictionType = scheduler.prediction_type === 'v_prediction' ? 'v_prediction' : 'epsilon';
  return {
    path,
    name,
    resolution,
    family: model.family.name,
    predictionType,
    timesteps: scheduler.num_train_timesteps,
    component: 'unet',
    targets: loraTargets(model.unet.config),
    plan: { family: 'unet', base: path, predictionType, zerosForNoPrompt },
  };
}

function transformerModel(
  { path, name, family, title, resolution }: TransformerModel,
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
    component: 'transformer',
    targets: undefined,
    plan: { family: family === 'sd3' ? 'sd3' : 'flux', base: path },
  };
}
