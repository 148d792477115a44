/** @file The layout of a family's single files, and what these leave out. */
import type { PredictionType } from '../../protocol/base-model.js';
import type { TextEncoderNames } from './text-encoder-names.js';

/** A text encoder within a single file. */
export interface TextEncoderLayout {
  /** Prefix of its tensors' names. */
  readonly prefix: string;
  readonly names: TextEncoderNames;
  /** Layers at its end that the family never runs. */
  readonly unusedLayers: number;
}

export interface SingleFileLayout {
  /** In the order of the family's text encoders. */
  readonly textEncoders: readonly TextEncoderLayout[];
  readonly vaeScalingFactor: number;
  /** Attention heads of a UNet block with this many channels. */
  readonly heads: (channels: number) => number;
  /** What models of the family predict unless their file says otherwise. */
  readonly defaultPredictionType: PredictionType;
  /** Edge in pixels of the images that the model was made for, unless its file says otherwise. */
  readonly resolution: (predictionType: PredictionType) => number;
  /** Of the schedule, where it is not the default. */
  readonly timestepSpacing?: 'leading';
  /** `force_zeros_for_empty_prompt` of the family's pipeline. */
  readonly zerosForNoPrompt: boolean;
}

/** The number of attention heads of 64 channels each, at least one. */
export const headsOf64 = (channels: number): number => Math.max(1, Math.round(channels / 64));
