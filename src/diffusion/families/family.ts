/** @file What differs between families of Stable Diffusion besides the configurations of their networks. */
import type { FamilyName } from '../../protocol/base-model.js';
import type { UnetConfig } from '../config/unet-config.js';
import type { SingleFileLayout } from './single-file-layout.js';

/** The role of a text encoder. */
export interface TextEncoderRole {
  /** Folders in the diffusers layout. */
  readonly folder: 'text_encoder' | 'text_encoder_2';
  readonly tokenizer: 'tokenizer' | 'tokenizer_2';
  /** The hidden states that the UNet attends to: the last ones, normalised, or those before the last layer, unchanged. */
  readonly hiddenStates: 'last' | 'penultimate';
  /** Whether it also gives the pooled embedding of the whole prompt. */
  readonly pooled: boolean;
}

export interface Family {
  readonly name: FamilyName;
  /** For display. */
  readonly title: string;
  /** Whether a UNet is of this family; true for exactly one family. */
  readonly matches: (unet: UnetConfig) => boolean;
  /** In the order in which their hidden states are concatenated. */
  readonly textEncoders: readonly [TextEncoderRole, ...TextEncoderRole[]];
  /** How a single `.safetensors` file of this family is laid out. */
  readonly singleFile: SingleFileLayout;
}
