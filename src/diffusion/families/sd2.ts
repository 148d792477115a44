/** @file Stable Diffusion 2.x: OpenCLIP's text encoder without its last layer, linear projections, often v-prediction. */
import type { Family } from './family.js';
import { headsOf64 } from './single-file-layout.js';
import { openClipNames } from './text-encoder-names.js';

export const sd2: Family = {
  name: 'sd2',
  title: 'Stable Diffusion 2.x',
  matches: (unet) => unet.addition_embed_type !== 'text_time' && unet.use_linear_projection,
  textEncoders: [{ folder: 'text_encoder', tokenizer: 'tokenizer', hiddenStates: 'last', pooled: false }],
  singleFile: {
    // The hidden states before the last layer, normalised: diffusers' folders omit the layer instead.
    textEncoders: [{ prefix: 'cond_stage_model.model.', names: openClipNames, unusedLayers: 1 }],
    vaeScalingFactor: 0.18215,
    heads: headsOf64,
    defaultPredictionType: 'v_prediction',
    resolution: (predictionType) => (predictionType === 'v_prediction' ? 768 : 512),
    zerosForNoPrompt: false,
  },
};
