/** @file Stable Diffusion 1.x and models trained from it: Anything, Counterfeit, AbyssOrangeMix, the pocket model … */
import type { Family } from './family.js';
import { clipNames } from './text-encoder-names.js';

export const sd1: Family = {
  name: 'sd1',
  title: 'Stable Diffusion 1.x',
  matches: (unet) => unet.addition_embed_type !== 'text_time' && !unet.use_linear_projection,
  textEncoders: [{ folder: 'text_encoder', tokenizer: 'tokenizer', hiddenStates: 'last', pooled: false }],
  singleFile: {
    textEncoders: [{ prefix: 'cond_stage_model.transformer.', names: clipNames, unusedLayers: 0 }],
    vaeScalingFactor: 0.18215,
    heads: () => 8,
    defaultPredictionType: 'epsilon',
    resolution: () => 512,
    zerosForNoPrompt: false,
  },
};
