/** @file Optimisation steps of the native engine: the graph that computes loss and gradients, and the optimizer. */

import type { BaseModel } from '../diffusion/model/base-model.js';
import type { SharedMemory, SharedNetwork } from '../diffusion/model/shared-memory.js';
import { NoiseSchedule } from '../diffusion/noise-schedule.js';
import { createTrainStep, type TrainStep, type TrainStepInputs } from '../diffusion/unet/train-step.js';
import type { CompileOptions } from '../graph/index.js';
import type { StepResult } from './backend.js';
import { DeviceOptimizer } from './device-optimizer.js';
import { HostOptimizer } from './host-optimizer.js';
import { LossScaler } from './loss-scaler.js';
import type { Optimizer } from './optimizer.js';
import type { TrainingState } from './training-state.js';

/** The norm that gradients are clipped to, as in `train_dreambooth_lora.py`. */
const gradientLimit = 1;

/** What the training graph takes of a batch. */
export type LearnerBatch = Pick<
  TrainStepInputs,
  'latents' | 'noise' | 'timesteps' | 'textHiddenStates' | 'addedCondition'
> & {
  readonly sampleWeights?: readonly number[] | undefined;
  readonly lossMask?: Float32Array | undefined;
};

export interface LearnerGeometry {
  /** Of the latents. */
  readonly height: number;
  readonly width: number;
  readonly batchSize: number;
}

const isOnGpu = ({ device = 'cpu' }: CompileOptions): boolean => device !== 'cpu';

export class Learner {
  readonly #compileOptions: CompileOptions;
  readonly #schedule: NoiseSchedule;
  readonly #step: SharedNetwork<TrainStep>;
  readonly #scaler: LossScaler | undefined;
  #optimizer: Optimizer | undefined;

  /**
   * The graph is opened by the first step, and takes turns in `memory`.
   * @param state is updated, on a device only by `sync`
   */
  constructor(
    model: Pick<BaseModel, 'unet' | 'scheduler'>,
    geometry: LearnerGeometry,
    readonly state: TrainingState,
    memory: SharedMemory,
    compileOptions: CompileOptions,
  ) {
    this.#compileOptions = compileOptions;
    this.#schedule = new NoiseSchedule(model.scheduler);
    const { rank, alpha } = state.trainable.lora;
    const options = {
      predictionType: model.scheduler.prediction_type,
      loraScale: alpha / rank,
      keepsGradient: isOnGpu(compileOptions),
    };
    const sizes = { ...geometry, rank, ...compileOptions };
    this.#step = memory.share(() => createTrainStep(model.unet, sizes, options));
    // A run that was started in 16 bits and is resumed in float32 retains its state.
    this.#scaler = compileOptions.precision === 'fp16' ? new LossScaler(state.lossScaling) : undefined;
    if (this.#scaler !== undefined) state.lossScaling = this.#scaler.state;
  }

  /**
   * One optimisation step. In 16 bits, one whose gradients overflow is skipped: LoRA and optimizer stay as they are, the optimizer's
   * count of updates too, and the next step has a smaller loss scale. Where the loss is not finite, or in float32 the gradient norm,
   * nothing is changed.
   * @throws LoraBridgeError what `createTrainStep` throws, when the graph is to be opened
   */
  async learn(batch: LearnerBatch, learningRate: number): Promise<StepResult> {
    const { sampleWeights, lossMask, ...inputs } = batch;
    const mixes = batch.timesteps.map((timestep) => this.#schedule.mix(timestep));
    const graph = await this.#step.open();
    const optimizer = await this.#openOptimizer();
    const lossScale = this.#scaler?.state.scale;
    const { loss, gradient } = await graph.compute({
      ...inputs,
      latentScales: mixes.map(({ latentScale }) => latentScale),
      noiseScales: mixes.map(({ noiseScale }) => noiseScale),
      lora: optimizer.lora,
      ...(lossScale !== undefined && { lossScale }),
      ...(sampleWeights && { sampleWeights }),
      ...(lossMask && { lossMask }),
    });
    if (!Number.isFinite(loss)) {
      if (!('data' in gradient)) gradient.release();
      return { loss, gradientNorm: Number.NaN, ...(lossScale !== undefined && { lossScale }) };
    }
    const gradientNorm = await optimizer.update(gradient, 1 / (lossScale ?? 1), learningRate);
    if (this.#scaler === undefined || lossScale === undefined) return { loss, gradientNorm };
    const overflowed = !Number.isFinite(gradientNorm);
    this.#scaler.update(overflowed);
    this.state.lossScaling = this.#scaler.state;
    return overflowed ? { loss, gradientNorm: 0, lossScale, skipped: true } : { loss, gradientNorm, lossScale };
  }

  /** Copies LoRA and moments from the device into the state. */
  async sync(): Promise<void> {
    await this.#optimizer?.sync();
  }

  /** Frees the optimizer's memory on a device. The graph is freed by the memory that it takes turns in. */
  async release(): Promise<void> {
    await this.#optimizer?.release();
  }

  async #openOptimizer(): Promise<Optimizer> {
    const { values } = this.state.trainable;
    const { adamW } = this.state;
    this.#optimizer ??= isOnGpu(this.#compileOptions)
      ? await DeviceOptimizer.open(values, adamW, gradientLimit, this.#compileOptions)
      : new HostOptimizer(values, adamW, gradientLimit);
    return this.#optimizer;
  }
}
