/** @file The sizes and the device that a UNet session is made for. */
import type { CompileOptions } from '../../graph/index.js';

export interface UnetGeometry extends CompileOptions {
  /** Samples computed at once. */
  readonly batchSize: number;
  /** Of the latent, not of the picture. */
  readonly height: number;
  readonly width: number;
  /** Tokens of text that the model attends to. Default: the 77 of CLIP, `CONTEXT_LENGTH`. */
  readonly textTokens?: number;
  /** Rank of the LoRA that comes with each run; 0 for none. */
  readonly rank: number;
}
