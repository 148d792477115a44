/** @file What learns: the LoRA, its optimizer, and the graph that gives loss and gradients. */

import { loraTargets } from '../diffusion/lora/lora-targets.js';
import type { TrainedPart } from '../diffusion/lora/read-lora.js';
import type { BaseModel } from '../diffusion/model/base-model.js';
import { NoiseSchedule } from '../diffusion/noise-schedule.js';
import type { SharedMemory, Turn } from '../diffusion/shared-memory.js';
import { CONTEXT_LENGTH } from '../diffusion/tokenizer.js';
import { createTrainStep, type TrainStep } from '../diffusion/unet/train-step.js';
import type { CompileOptions } from '../graph/index.js';
import type { TrainOptions } from '../protocol/train-options.js';
import { AdamW, adamWDefaults } from './adamw.js';
import type { Batch } from './batch-source.js';
import type { Checkpoint } from './checkpoint.js';
import { assertFinite } from './divergence.js';
import { clipGradients, gradientNorm } from './gradient-norm.js';
import { lossWeights } from './latent-mask.js';
import { TrainableLora } from './trainable-lora.js';

/** The norm that gradients are clipped to, as in `train_dreambooth_lora.py`. */
const gradientLimit = 1;

export interface StepResult {
  readonly loss: number;
  /** Before clipping. */
  readonly gradientNorm: number;
}

export type LearnerOptions = Pick<
  TrainOptions,
  'rank' | 'alpha' | 'seed' | 'learningRate' | 'batchSize' | 'minSnrGamma' | 'maskWeight'
>;

export class Learner {
  private readonly schedule: NoiseSchedule;

  private constructor(
    model: Pick<BaseModel, 'unet' | 'scheduler'>,
    private readonly options: LearnerOptions,
    private readonly step: Turn<TrainStep>,
    readonly part: TrainedPart,
    readonly trainable: TrainableLora,
    readonly optimizer: AdamW,
  ) {
    this.schedule = new NoiseSchedule(model.scheduler);
  }

  /**
   * For latents of [height, width]; goes on from `checkpoint` where one is given. The graph is opened when there is something to
   * learn, and takes turns in `memory`.
   */
  static create(
    model: Pick<BaseModel, 'unet' | 'scheduler'>,
    options: LearnerOptions,
    latent: { readonly height: number; readonly width: number },
    checkpoint: Pick<Checkpoint, 'lora' | 'restore'> | undefined,
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
    const optimizer = new AdamW(trainable.values.length, { ...adamWDefaults, learningRate });
    checkpoint?.restore(optimizer);
    const geometry = { ...latent, batchSize, rank, textTokens: CONTEXT_LENGTH, ...compileOptions };
    const predictionType = model.scheduler.prediction_type;
    const step = memory.share(() => createTrainStep(model.unet, geometry, { predictionType }));
    return new Learner(model, options, step, part, trainable, optimizer);
  }

  /** alpha / rank: the factor of the LoRA's effect. */
  get loraScale(): number {
    return this.trainable.lora.alpha / this.trainable.lora.rank;
  }

  /**
   * One optimisation step.
   * @throws LoraBridgeError `trainer.diverged` when loss or gradient norm is not finite; the LoRA is then as before the step. What
   * `createTrainStep` throws, when the graph is to be opened.
   */
  async learn(batch: Batch): Promise<StepResult> {
    const { minSnrGamma, maskWeight } = this.options;
    const mixes = batch.timesteps.map((timestep) => this.schedule.mix(timestep));
    const graph = await this.step.open();
    const { loss, gradient } = await graph.run({
      latents: batch.latents,
      noise: batch.noise,
      timesteps: batch.timesteps,
      latentScales: mixes.map(({ latentScale }) => latentScale),
      noiseScales: mixes.map(({ noiseScale }) => noiseScale),
      textHiddenStates: batch.textStates,
      addedCondition: batch.addedConditions,
      lora: this.trainable.values,
      loraScale: this.loraScale,
      ...(minSnrGamma === undefined
        ? {}
        : { sampleWeights: batch.timesteps.map((timestep) => this.schedule.minSnrWeight(timestep, minSnrGamma)) }),
      ...(maskWeight === 1 ? {} : { lossMask: lossWeights(batch.masks, maskWeight) }),
    });
    const norm = gradientNorm(gradient);
    assertFinite(this.optimizer.updates + 1, loss, norm);
    clipGradients(gradient, norm, gradientLimit);
    this.optimizer.update(this.trainable.values, gradient);
    return { loss, gradientNorm: norm };
  }
}
