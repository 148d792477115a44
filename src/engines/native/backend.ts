/** @file The native engine as the training loop drives it: networks as ONNX graphs, which take turns where not all fit into memory. */

import { PromptEncoder } from '../../diffusion/clip/prompt-encoder.js';
import { CONTEXT_LENGTH } from '../../diffusion/config/text-encoder-config.js';
import { joined } from '../../diffusion/joined.js';
import { loraTargets } from '../../diffusion/lora/lora-targets.js';
import type { BaseModel } from '../../diffusion/model/base-model.js';
import { SharedMemory, type SharedNetwork } from '../../diffusion/model/shared-memory.js';
import { NoiseSchedule } from '../../diffusion/noise-schedule.js';
import { createDenoiser, type Denoiser } from '../../diffusion/unet/denoiser.js';
import { type LatentDistribution, VaeEncoder } from '../../diffusion/vae/encoder.js';
import { vaeOptions } from '../../diffusion/vae/options.js';
import { LoraBridgeError } from '../../errors/lora-bridge-error.js';
import type { CompileOptions } from '../../graph/index.js';
import type { TrainOptions } from '../../protocol/train-options.js';
import type { Picture } from '../../sampling/picture.js';
import { TextToImage } from '../../sampling/text-to-image.js';
import type {
  Backend,
  Batch,
  GenerateRequest,
  OpenedBackend,
  StepResult,
  TrainedModel,
} from '../../training/backend.js';
import { Learner } from '../../training/learner.js';
import { trainedModel } from '../../training/trained-model.js';
import type { TrainingState } from '../../training/training-state.js';

export class NativeBackend implements Backend {
  readonly model: TrainedModel;
  readonly samplesPerStep: number;
  readonly #base: BaseModel;
  readonly #compile: CompileOptions;
  readonly #memory: SharedMemory;
  readonly #schedule: NoiseSchedule;
  readonly #resolution: number;
  readonly #rank: number;
  readonly #prompts: SharedNetwork<PromptEncoder>;
  readonly #vae: SharedNetwork<VaeEncoder>;
  readonly #denoiser: SharedNetwork<Denoiser>;
  #learner: Learner | undefined;
  #pipeline: TextToImage | undefined;

  constructor(
    base: BaseModel,
    { batchSize, rank, resolution = base.resolution }: Pick<TrainOptions, 'batchSize' | 'rank' | 'resolution'>,
    compile: CompileOptions,
    memory = SharedMemory.of(base),
  ) {
    this.model = trainedModel(base);
    this.samplesPerStep = batchSize;
    this.#base = base;
    this.#compile = compile;
    this.#memory = memory;
    this.#schedule = new NoiseSchedule(base.scheduler);
    this.#resolution = resolution;
    this.#rank = rank;
    this.#prompts = memory.share(() => PromptEncoder.open(base, compile));
    this.#vae = memory.share(() => VaeEncoder.open(base.vae, this.#size, vaeOptions(base, compile)));
    const geometry = { ...this.#latentSize, batchSize: 1, rank, ...compile };
    this.#denoiser = memory.share(() => createDenoiser(base.unet, geometry));
  }

  get encoding(): Backend['encoding'] {
    return this.#memory.holdsAll ? 'within steps' : 'in turns';
  }

  /** Nothing is opened before it is used. */
  async open(): Promise<OpenedBackend> {
    const part = { component: 'unet', targets: loraTargets(this.#base.unet.config) } as const;
    return { device: this.#compile.device ?? 'cpu', part };
  }

  async encodeText(text: string): Promise<Float32Array> {
    const { textHiddenStates, addedCondition } = await (await this.#prompts.open()).encode(text, this.#size);
    return addedCondition === undefined ? textHiddenStates : joined([textHiddenStates, addedCondition]);
  }

  async encodePicture(pixels: Float32Array): Promise<LatentDistribution> {
    return await (await this.#vae.open()).encode(pixels);
  }

  async loadState(state: TrainingState): Promise<void> {
    const geometry = { ...this.#latentSize, batchSize: this.samplesPerStep };
    this.#learner = new Learner(this.#base, geometry, state, this.#memory, this.#compile);
  }

  async readState(): Promise<void> {
    await this.#opened.sync();
  }

  async learn({ texts, ...batch }: Batch, learningRate: number): Promise<StepResult> {
    await this.#closePipeline();
    return await this.#opened.learn({ ...batch, ...this.#conditions(texts) }, learningRate);
  }

  async evaluate({ latents, noise, timesteps, texts }: Batch): Promise<{ base: number; tuned: number }> {
    await this.#closePipeline();
    const { latentScale, noiseScale } = this.#schedule.mix(timesteps[0] ?? 0);
    const sample = latents.map((value, i) => value * latentScale + (noise[i] ?? 0) * noiseScale);
    const target =
      this.#schedule.predictionType === 'epsilon'
        ? noise
        : noise.map((value, i) => value * latentScale - (latents[i] ?? 0) * noiseScale);
    const { values: lora, lora: tuned } = this.#opened.state.trainable;
    const denoiser = await this.#denoiser.open();
    const lossAt = async (loraScale: number): Promise<number> =>
      meanSquare(await denoiser.predict({ sample, timesteps, lora, loraScale, ...this.#conditions(texts) }), target);
    return { base: await lossAt(0), tuned: await lossAt(tuned.alpha / tuned.rank) };
  }

  async generate({ withLora, ...request }: GenerateRequest): Promise<Picture[]> {
    await this.readState();
    const options = { resolution: this.#resolution, rank: this.#rank, ...this.#compile };
    this.#pipeline ??= await TextToImage.open(this.#base, options, this.#memory);
    const lora = withLora ? { lora: this.#opened.state.trainable.lora } : {};
    const pictures: Picture[] = [];
    for await (const picture of this.#pipeline.generate({ ...request, ...lora })) pictures.push(picture);
    return pictures;
  }

  async close(): Promise<void> {
    await this.#closePipeline();
    await this.#learner?.release();
    await this.#memory.release();
  }

  get #opened(): Learner {
    if (this.#learner === undefined) throw new LoraBridgeError('internal', 'There is no state to train yet.');
    return this.#learner;
  }

  get #size() {
    return { width: this.#resolution, height: this.#resolution };
  }

  get #latentSize() {
    const edge = this.#resolution / this.model.latents.pixels;
    return { width: edge, height: edge };
  }

  /** Takes apart what `encodeText` made. */
  #conditions(texts: readonly Float32Array[]) {
    const length = CONTEXT_LENGTH * this.#base.unet.config.cross_attention_dim;
    const added = texts.map((text) => text.subarray(length));
    return {
      textHiddenStates: joined(texts.map((text) => text.subarray(0, length))),
      addedCondition: added[0]?.length ? joined(added) : undefined,
    };
  }

  /** Between previews its memory belongs to the training. */
  async #closePipeline(): Promise<void> {
    const pipeline = this.#pipeline;
    this.#pipeline = undefined;
    await pipeline?.release();
  }
}

function meanSquare(prediction: Float32Array, target: Float32Array): number {
  return prediction.reduce((sum, value, i) => sum + (value - (target[i] ?? 0)) ** 2, 0) / prediction.length;
}
