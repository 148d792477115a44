/** @file The base model as the diffusers engine needs it: checked by the native engine's own eyes, not loaded. */
import type { BaseModel, ModelOverrides } from '../../../diffusion/model/base-model.js';
import { openModel } from '../../../diffusion/model/open-model.js';
import { LoraBridgeError } from '../../../errors/lora-bridge-error.js';
import { openSafetensors } from '../../../safetensors/header.js';

/**
 * Opens a base model and looks at the headers of its weight files, so that what is wrong with them is said before torch is loaded.
 * @throws LoraBridgeError `input.model.*`, `input.safetensors.*`, and `input.option.unsupported` for a single file
 */
export async function openBaseModel(base: string, overrides: ModelOverrides): Promise<BaseModel> {
  const model = await openModel(base, overrides);
  if (model.layout === 'single file') {
    throw new LoraBridgeError(
      'input.option.unsupported',
      `The engine diffusers cannot train on the single file ${base}.`,
      {
        file: base,
        hint: 'Use --engine native, or the same model as a diffusers folder.',
      },
    );
  }
  for (const { weights } of [model.unet, model.vae, ...model.textEncoders.map(({ encoder }) => encoder)])
    if (typeof weights === 'string') openSafetensors(weights);
  return model;
}
