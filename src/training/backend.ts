/**
 * @file What computes a training: engines implement it, the loop drives it. It is declared here and not in `engines/` because imports point
 * from the engines to the loop. A backend only computes: sample order, noise, weights, checkpoints, previews and events are the loop's.
 */

import type { TrainedPart } from '../diffusion/lora/read-lora.js';
import type { NoiseSchedule } from '../diffusion/noise-schedule.js';
import type { LatentDistribution } from '../diffusion/vae/encoder.js';
import type { Picture } from '../sampling/picture.js';
import type { RecordedModel } from './run-record.js';
import type { TrainingState } from './training-state.js';

/** What the loop needs to know of a base model. */
export interface TrainedModel extends RecordedModel {
  /** Edge in pixels of the images that the model was made for. */
  readonly resolution: number;
  /** Timesteps of its noise schedule. */
  readonly timesteps: number;
  /** How latent and noise are mixed; undefined for flows, which have no signal-to-noise ratio to weigh by. */
  readonly schedule: NoiseSchedule | undefined;
  readonly latents: {
    readonly channels: number;
    /** Pixels along the edge of one latent value. */
    readonly pixels: number;
    /** The network sees (latent − shift) · scale. */
    readonly scale: number;
    readonly shift: number;
  };
}

/** What one step, or one evaluation, computes with; N samples one after the other. */
export interface Batch {
  /** Scaled latents [N, channels, height, width]. */
  readonly latents: Float32Array;
  /** Standard normal, same shape. */
  readonly noise: Float32Array;
  /** Whole numbers below the model's `timesteps`. */
  readonly timesteps: readonly number[];
  /** What `encodeText` returned for each sample's caption. */
  readonly texts: readonly Float32Array[];
  /** Factor of each sample's loss; undefined for 1. Not used by `evaluate`. */
  readonly sampleWeights?: readonly number[] | undefined;
  /** Factor of each latent pixel's loss [N, height, width]; undefined for 1. Not used by `evaluate`. */
  readonly lossMask?: Float32Array | undefined;
}

export interface StepResult {
  /** Mean of weight · mask · (prediction − target)² over all values of the batch. */
  readonly loss: number;
  /** Before clipping; 0 of a skipped step. */
  readonly gradientNorm: number;
  /** What the loss was multiplied by, in 16 bits only. */
  readonly lossScale?: number;
  /** The gradients overflowed, and nothing was changed. */
  readonly skipped?: true;
}

export interface GenerateRequest {
  readonly prompt: string;
  /** Of the first image; each further one has the next. */
  readonly seed: number;
  readonly count: number;
  /** Sampling steps of each image. */
  readonly steps: number;
  /** With the LoRA as it is now, or the base model alone. */
  readonly withLora: boolean;
  /** Once aborted, `generate` throws after the current sampling step. */
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number) => void;
}

export interface OpenedBackend {
  /** `cpu`, `cuda` …, to be shown to users. */
  readonly device: string;
  /** The modules that are trained. */
  readonly part: TrainedPart;
}

export interface Backend {
  readonly model: TrainedModel;
  /** Samples of one step: the batch size, times the number of processes. */
  readonly samplesPerStep: number;
  /**
   * When captions and pictures are to be encoded. `within steps`: as they come, since all networks stay open. `in turns`: far ahead,
   * since encoders and training do not fit into memory together. `texts first`: every caption before the first step, since the
   * text encoders are gone afterwards; pictures as they come.
   */
  readonly encoding: 'within steps' | 'in turns' | 'texts first';
  /**
   * Loads what has to be loaded before anything else.
   * @throws LoraBridgeError for anything that is wrong with model or engine; anything once the training's signal is aborted
   */
  open(): Promise<OpenedBackend>;
  /** What the text encoders make of a text: as many values for every text. */
  encodeText(text: string): Promise<Float32Array>;
  /** @param pixels [3, resolution, resolution], red, green, blue from -1 to 1 */
  encodePicture(pixels: Float32Array): Promise<LatentDistribution>;
  /** Loads LoRA and optimizer; the backend may update the arrays in place. Called once, after `open`. */
  loadState(state: TrainingState): Promise<void>;
  /** Writes the current LoRA and optimizer into the state that was loaded. */
  readState(): Promise<void>;
  /**
   * One optimisation step. Where loss or gradient norm is not finite, LoRA and optimizer stay as they are.
   * @param learningRate of this step
   */
  learn(batch: Batch, learningRate: number): Promise<StepResult>;
  /** Mean squared error of the prediction, without weights: of the base model alone, and with the LoRA. */
  evaluate(batch: Batch): Promise<{ readonly base: number; readonly tuned: number }>;
  /** Images of `resolution` pixels. */
  generate(request: GenerateRequest): Promise<readonly Picture[]>;
  /** Frees everything. May be called at any time, also after an error. */
  close(): Promise<void>;
}
