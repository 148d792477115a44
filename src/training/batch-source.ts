/** @file Makes the batch of each step: pictures and captions become latents, noise, timesteps and text embeddings. */
import { VariantPool } from '../dataset/pool.js';
import { addedConditionWidth } from '../diffusion/config/unet-config.js';
import type { BaseModel } from '../diffusion/model/base-model.js';
import { PromptEncoder } from '../diffusion/prompt-encoder.js';
import { TorchCpuGenerator } from '../diffusion/random/torch-cpu-generator.js';
import { CONTEXT_LENGTH } from '../diffusion/tokenizer.js';
import { type PictureSize, sampleLatent, VaeEncoder } from '../diffusion/vae-encoder.js';
import type { CompileOptions } from '../graph/index.js';
import type { TrainOptions } from '../protocol/train-options.js';
import { latentMask } from './latent-mask.js';
import { RecordCache } from './record-cache.js';
import type { RunFolder } from './run-folder.js';
import { type Sample, SampleOrder } from './sample-order.js';

/** What one step trains on; N samples one after the other. */
export interface Batch {
  /** Scaled latents [N, channels, height, width]. */
  readonly latents: Float32Array;
  /** Standard normal, same shape. */
  readonly noise: Float32Array;
  readonly timesteps: readonly number[];
  /** Hidden states of the captions [N, 77, width]. */
  readonly textStates: Float32Array;
  /** What the model is told of each sample beside that, [N, width]; undefined for models that take nothing. */
  readonly addedConditions?: Float32Array | undefined;
  /** The character's share of each latent pixel [N, height, width], 0 … 1. */
  readonly masks: Float32Array;
  /** Index of each sample's picture, and `picture#variant` for the metrics. */
  readonly pictures: readonly number[];
  readonly names: readonly string[];
}

export class BatchSource {
  private constructor(
    readonly pool: VariantPool,
    readonly latentShape: readonly [channels: number, height: number, width: number],
    private readonly size: PictureSize,
    /** Numbers of a caption's hidden states; what is told beside them follows in the same record. */
    private readonly stateNumbers: number,
    private readonly options: TrainOptions,
    private readonly order: SampleOrder,
    private readonly prompts: PromptEncoder,
    private readonly vaeEncoder: VaeEncoder,
    private readonly texts: RecordCache,
    private readonly pictures: RecordCache,
  ) {}

  /** Opens dataset, tokenizer, text encoder and VAE; nothing is encoded before it is drawn. */
  static async open(
    model: BaseModel,
    manifest: string,
    options: TrainOptions,
    resolution: number,
    folder: RunFolder,
    compileOptions: CompileOptions,
  ): Promise<BatchSource> {
    const { seed, background, flip, variants } = options;
    const pool = await VariantPool.open(manifest, { resolution, seed, background, flip, variants });
    const prompts = await PromptEncoder.open(model, compileOptions);
    const size = { width: resolution, height: resolution };
    const vaeEncoder = await VaeEncoder.open(model.vae, size, compileOptions);
    const [channels, height, width] = vaeEncoder.latentShape;
    const stateNumbers = CONTEXT_LENGTH * model.unet.config.cross_attention_dim;
    return new BatchSource(
      pool,
      vaeEncoder.latentShape,
      size,
      stateNumbers,
      options,
      new SampleOrder({
        seed,
        pictures: pool.count,
        variants: pool.variants,
        timesteps: model.scheduler.num_train_timesteps,
      }),
      prompts,
      vaeEncoder,
      new RecordCache(folder.scratch('texts'), stateNumbers + addedConditionWidth(model.unet.config)),
      new RecordCache(folder.scratch('latents'), (2 * channels + 1) * height * width),
    );
  }

  /** The batch of a step, counted from 0. */
  async at(step: number): Promise<Batch> {
    const { batchSize } = this.options;
    return await this.assemble(
      Array.from({ length: batchSize }, (_, index) => this.order.at(step * batchSize + index)),
    );
  }

  /** A batch of the samples given. */
  async assemble(samples: readonly Sample[]): Promise<Batch> {
    const latents: Float32Array[] = [];
    const noise: Float32Array[] = [];
    const textStates: Float32Array[] = [];
    const added: Float32Array[] = [];
    const masks: Float32Array[] = [];
    for (const sample of samples) {
      const { latent, mask } = await this.latent(sample);
      latents.push(latent);
      masks.push(mask);
      noise.push(new TorchCpuGenerator(sample.noiseSeed).normal(latent.length));
      const text = await this.text(this.pool.caption(sample.picture, sample.variant));
      textStates.push(text.subarray(0, this.stateNumbers));
      added.push(text.subarray(this.stateNumbers));
    }
    return {
      latents: joined(latents),
      noise: joined(noise),
      timesteps: samples.map(({ timestep }) => timestep),
      textStates: joined(textStates),
      addedConditions: added[0]?.length ? joined(added) : undefined,
      masks: joined(masks),
      pictures: samples.map(({ picture }) => picture),
      names: samples.map(({ picture, variant }) => `${this.pool.name(picture)}#${variant}`),
    };
  }

  private async latent(sample: Sample): Promise<{ latent: Float32Array; mask: Float32Array }> {
    const { picture, variant, replaces } = sample;
    const [channels, height, width] = this.latentShape;
    const size = channels * height * width;
    const old = replaces === undefined ? undefined : `${picture}#${replaces}`;
    const record = await this.pictures.get(`${picture}#${variant}`, old, async () => {
      const { pixels, mask } = await this.pool.render(picture, variant);
      const { mean, logVariance } = await this.vaeEncoder.encode(pixels);
      return joined([mean, logVariance, latentMask(mask, height, width)]);
    });
    const distribution = { mean: record.subarray(0, size), logVariance: record.subarray(size, 2 * size) };
    const noise = new TorchCpuGenerator(sample.latentSeed).normal(size);
    return {
      latent: sampleLatent(distribution, noise, this.vaeEncoder.scalingFactor),
      mask: record.subarray(2 * size),
    };
  }

  private async text(caption: string): Promise<Float32Array> {
    return await this.texts.get(caption, undefined, async () => {
      const { hiddenStates, added } = await this.prompts.encode(caption, this.size);
      return added === undefined ? hiddenStates : joined([hiddenStates, added]);
    });
  }

  async release(): Promise<void> {
    this.texts.close();
    this.pictures.close();
    await this.prompts.release();
    await this.vaeEncoder.release();
  }
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const [first] = parts;
  if (parts.length === 1 && first !== undefined) return first;
  const whole = new Float32Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
