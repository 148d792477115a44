/** @file An opened base model: what it is, the shapes of its networks, and where their weights are stored. */
import type { FamilyName, PredictionType } from '../../protocol/base-model.js';
import type { TextEncoderConfig } from '../config/text-encoder-config.js';
import type { UnetConfig } from '../config/unet-config.js';
import type { VaeConfig } from '../config/vae-config.js';
import type { Family, TextEncoderRole } from '../families/family.js';
import type { SchedulerConfig } from '../noise-schedule.js';
import type { WeightSource } from '../weights/network-weights.js';

/** One network of a model: its configuration and its weights. */
export interface ModelPart<Config> {
  readonly config: Config;
  readonly weights: WeightSource;
}

/** Where a tokenizer is found. */
export interface TokenizerFiles {
  readonly folder: string;
  /** The padding token; default: the folder's. */
  readonly padding?: string;
}

/** A text encoder with its tokenizer and its role. */
export interface TextTower extends TextEncoderRole {
  readonly encoder: ModelPart<TextEncoderConfig>;
  readonly tokenizerFiles: TokenizerFiles;
}

export interface BaseModel {
  /** Real path of the folder, or absolute path of the file. */
  readonly path: string;
  /** `pocket`, a hub id, or the name of the folder or file: for metadata and display. */
  readonly name: string;
  /** How the model is stored. */
  readonly layout: 'diffusers folder' | 'single file';
  readonly family: Family;
  readonly unet: ModelPart<UnetConfig>;
  readonly vae: ModelPart<VaeConfig>;
  /** One, or two for SDXL. */
  readonly textEncoders: readonly TextTower[];
  /** Without a negative prompt, zeros are used instead of the embedding of an empty text: `force_zeros_for_empty_prompt`. */
  readonly zerosForNoPrompt: boolean;
  /** Its prediction type is resolved: see `predictionTypeFrom`. */
  readonly scheduler: SchedulerConfig;
  /** Where the prediction type comes from, for display. */
  readonly predictionTypeFrom: string;
  /** Edge in pixels of the images that the model was made for. */
  readonly resolution: number;
}

/** What the user sets instead of the files. */
export interface ModelOverrides {
  readonly family?: FamilyName | undefined;
  readonly predictionType?: PredictionType | undefined;
}
