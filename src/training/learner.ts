/** @file What learns: the LoRA, its optimizer, and the graph that gives loss and gradients. */

import { loraTargets } from '../diffusion/lora/lora-targets.js';
import type { TrainedPart } from '../diffusion/lora/read-lora.js';
import type { BaseModel } from '../diffusion/model/base-model.js';
import type { SharedMemory, Turn } from '../diffusion/model/shared-memory.js';
import { NoiseSchedule } from '../diffusion/noise-schedule.js';
import { createTrainStep, type TrainStep } from '../diffusion/unet/train-step.js';
import type { CompileOptions } from '../graph/index.js';
import type { TrainOptions } from '../protocol/train-options.js';
import { AdamW, adamWDefaults } from './adamw.js';
import type { Batch } from './batch-source.js';
import type { Checkpoint } from './checkpoint.js';
import { DeviceOptimizer } from './device-optimizer.js';
import { assertFinite, assertScalable } from './divergence.js';
import { HostOptimizer } from './host-optimizer.js';
import { lossWeights } from './latent-mask.js';
import { LossScaler, type LossScaling } from './loss-scaler.js';
import type { Optimizer } from './optimizer.js';
import { TrainableLora } from './trainable-lora.js';

/** The norm that gradients are clipped to, as in `train_dreambooth_lora.py`. */
const gradientLimit = 1;

export interface StepResult {
  readonly loss: number;
  /** Before clipping; 0 of a skipped step. */
  readonly gradientNorm: number;
  /** What the loss was multiplied by, in 16 bits only. */
  readonly lossScale?: number;
  /** The gradients overflowed, and nothing was changed. */
  readonly skipped?: true;
}

export type LearnerOptions = Pick<
  TrainOptions,
  'rank' | 'alpha' | 'seed' | 'learningRate' | 'batchSize' | 'minSnrGamma' | 'maskWeight'
>;

const isOnGpu = ({ device = 'cpu' }: CompileOptions): boolean => device !== 'cpu';

export class Learner {
  private readonly schedule: NoiseSchedule;
  private optimizer: Optimizer | undefined;

  /** What was learnt is in `trainable` and `adamW` once `sync` was called. */
  private constructor(
    model: Pick<BaseModel, 'unet' | 'scheduler'>,
    private readonly options: LearnerOptions,
    private readonly step: Turn<TrainStep>,
    readonly part: TrainedPart,
    readonly trainable: TrainableLora,
    readonly adamW: AdamW,
    private readonly scaler: LossScaler | undefined,
    /** Of a run that began in 16 bits and continues in float32. */
    private readonly formerScaling: LossScaling | undefined,
    private readonly compileOptions: CompileOptions,
  ) {
    this.schedule = new NoiseSchedule(model.scheduler);
  }

  /**
   * For latents of [height, width]; continues from `checkpoint` where one is given. The graph is opened when there is something to
   * learn, and takes turns in `memory`.
   */
  static create(
    model: Pick<BaseModel, 'unet' | 'scheduler'>,
    options: LearnerOptions,
    latent: { readonly height: number; readonly width: number },
    checkpoint: Pick<Checkpoint, 'lora' | 'lossScaling' | 'restore'> | undefined,
    memory: SharedMemory,
    compileOptions: CompileOptions,
  ): Learner {
    const { rank, seed, batchSize, learningRate } = options;
    const part = { component: 'unet', targets: loraTargets(model.unet.config) } as const;
    const alpha = options.alpha ?? rank;
    const trainable =
      checkpoint === undefined
        ? TrainableLora.gaussian(part, rank, alpha, seed)
        : TrainableLora.copy(part, rank, alpha, checkpoint.lora);
    const adamW = new AdamW(trainable.values.length, { ...adamWDefaults, learningRate });
    checkpoint?.restore(adamW);
    const geometry = { ...latent, batchSize, rank, ...compileOptions };
    const predictionType = model.scheduler.prediction_type;
    const stepOptions = { predictionType, loraScale: alpha / rank, keepsGradient: isOnGpu(compileOptions) };
    const step = memory.share(() => createTrainStep(model.unet, geometry, stepOptions));
    const { lossScaling } = checkpoint ?? {};
    const scaler = compileOptions.precision === 'fp16' ? new LossScaler(lossScaling) : undefined;
    return new Learner(model, options, step, part, trainable, adamW, scaler, lossScaling, compileOptions);
  }

  /** alpha / rank: the factor of the LoRA's effect. */
  get loraScale(): number {
    return this.trainable.lora.alpha / this.trainable.lora.rank;
  }

  /** The state of loss scaling; undefined for a run that has always been in float32. */
  get lossScaling(): LossScaling | undefined {
    return this.scaler?.state ?? this.formerScaling;
  }

  /**
   * One optimisation step. In 16 bits, one whose gradients overflow is skipped: LoRA and optimizer stay as they are, the optimizer's
   * count of updates too, and the next step has a smaller loss scale.
   * @throws LoraBridgeError `trainer.diverged` when the loss is not finite, or the gradient norm in float32, or at every loss scale in
   * 16 bits; the LoRA is then as before the step. What `createTrainStep` throws, when the graph is to be opened.
   */
  async learn(batch: Batch): Promise<StepResult> {
    const { minSnrGamma, maskWeight } = this.options;
    const mixes = batch.timesteps.map((timestep) => this.schedule.mix(timestep));
    const graph = await this.step.open();
    const optimizer = await this.openOptimizer();
    const lossScale = this.scaler?.state.scale;
    const { loss, gradient } = await graph.compute({
      latents: batch.latents,
      noise: batch.noise,
      timesteps: batch.timesteps,
      latentScales: mixes.map(({ latentScale }) => latentScale),
      noiseScales: mixes.map(({ noiseScale }) => noiseScale),
      textHiddenStates: batch.textHiddenStates,
      addedCondition: batch.addedConditions,
      lora: optimizer.lora,
      ...(lossScale === undefined ? {} : { lossScale }),
      ...(minSnrGamma === undefined
        ? {}
        : { sampleWeights: batch.timesteps.map((timestep) => this.schedule.minSnrWeight(timestep, minSnrGamma)) }),
      ...(maskWeight === 1 ? {} : { lossMask: lossWeights(batch.masks, maskWeight) }),
    });
    const step = this.adamW.updates + (this.lossScaling?.skippedSteps ?? 0) + 1;
    if (!Number.isFinite(loss) && !('data' in gradient)) gradient.release();
    const norm = Number.isFinite(loss) ? await optimizer.update(gradient, 1 / (lossScale ?? 1)) : Number.NaN;
    if (this.scaler === undefined || lossScale === undefined) {
      assertFinite(step, loss, norm);
      return { loss, gradientNorm: norm };
    }
    assertFinite(step, loss, 0, 'fp16');
    const overflowed = !Number.isFinite(norm);
    this.scaler.update(overflowed);
    if (!overflowed) return { loss, gradientNorm: norm, lossScale };
    assertScalable(step, lossScale);
    return { loss, gradientNorm: 0, lossScale, skipped: true };
  }

  /** Copies what was learnt on a device into `trainable` and `adamW`. */
  async sync(): Promise<void> {
    await this.optimizer?.sync();
  }

  /** Frees the optimizer's memory on a device. The graph is freed by the memory that it takes turns in. */
  async release(): Promise<void> {
    await this.optimizer?.release();
  }

  private async openOptimizer(): Promise<Optimizer> {
    const { trainable, adamW, compileOptions } = this;
    this.optimizer ??= isOnGpu(compileOptions)
      ? await DeviceOptimizer.open(trainable.values, adamW, gradientLimit, compileOptions)
      : new HostOptimizer(trainable.values, adamW, gradientLimit);
    return this.optimizer;
  }
}
