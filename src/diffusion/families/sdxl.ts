/** @file SDXL and models trained from it: Pony, Animagine, Illustrious, NoobAI … Two text encoders, and an added condition. */
import type { Family } from './family.js';
import { headsOf64 } from './single-file-layout.js';
import { clipNames, openClipNames } from './text-encoder-names.js';

export const sdxl: Family = {
  name: 'sdxl',
  title: 'Stable Diffusion XL',
  matches: (unet) => unet.addition_embed_type === 'text_time',
  textEncoders: [
    { folder: 'text_encoder', tokenizer: 'tokenizer', hiddenStates: 'penultimate', pooled: false },
    { folder: 'text_encoder_2', tokenizer: 'tokenizer_2', hiddenStates: 'penultimate', pooled: true },
  ],
  singleFile: {
    textEncoders: [
      { prefix: 'conditioner.embedders.0.transformer.', names: clipNames, unusedLayers: 0 },
      { prefix: 'conditioner.embedders.1.model.', names: openClipNames, unusedLayers: 0 },
    ],
    vaeScalingFactor: 0.13025,
    heads: headsOf64,
    defaultPredictionType: 'epsilon',
    resolution: () => 1024,
    timestepSpacing: 'leading',
    zerosForNoPrompt: true,
  },
};
