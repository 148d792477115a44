/** @file What a family's single files leave unsaid, or say in their own words. */
import type { PredictionType } from '../../protocol/base-model.js';
import type { TextEncoderNames } from './text-encoder-names.js';

/** A text encoder within a single file. */
export interface TextEncoderLayout {
  /** What its tensors' names begin with. */
  readonly prefix: string;
  readonly names: TextEncoderNames;
  /** Layers at its end that the family never runs. */
  readonly unusedLayers: number;
}

export interface SingleFileLayout {
  /** In the order of the family's text encoders. */
  readonly textEncoders: readonly TextEncoderLayout[];
  readonly vaeScalingFactor: number;
  /** Attention heads of a UNet block with so many channels. */
  readonly heads: (channels: number) => number;
  /** What models of the family predict unless their file says otherwise. */
  readonly predictionTypeUnlessTold: PredictionType;
  /** Edge in pixels of the pictures the model was made for, unless its file says otherwise. */
  readonly resolution: (predictionType: PredictionType) => number;
  /** Of the schedule, where the family has one of its own. */
  readonly timestepSpacing?: 'leading';
  /** `force_zeros_for_empty_prompt` of the family's pipeline. */
  readonly zerosForNoPrompt: boolean;
}

/** Attention heads of 64 numbers each, at least one. */
export const headsOf64 = (channels: number): number => Math.max(1, Math.round(channels / 64));
