/** @file The sizes and the device of a UNet session. */
import type { CompileOptions } from '../../graph/index.js';

export interface UnetGeometry extends CompileOptions {
  /** Samples per run. */
  readonly batchSize: number;
  /** Of the latent, not of the image. */
  readonly height: number;
  readonly width: number;
  /** Tokens of text that the model attends to. Default: the 77 of CLIP, `CONTEXT_LENGTH`. */
  readonly textTokens?: number;
  /** Rank of the LoRA that is fed in each run; 0 for none. */
  readonly rank: number;
}
