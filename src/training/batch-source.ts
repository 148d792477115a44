/** @file Makes the batch of each step: pictures and captions become latents, noise, timesteps and text embeddings. */
import { VariantPool } from '../dataset/pool.js';
import { joined } from '../diffusion/joined.js';
import type { BaseModel } from '../diffusion/model/base-model.js';
import type { SharedMemory } from '../diffusion/model/shared-memory.js';
import { TorchCpuGenerator } from '../diffusion/random/torch-cpu-generator.js';
import { sampleLatent } from '../diffusion/vae/encoder.js';
import type { TrainOptions } from '../protocol/train-options.js';
import { Encodings } from './encodings.js';
import type { TrainingHost } from './host.js';
import type { RunFolder } from './run-folder.js';
import { type Sample, SampleOrder } from './sample-order.js';

/** At most this many samples are encoded ahead: bounds the space on disk, and the samples to be checked. */
const mostAhead = 4096;

/** What one step trains on; N samples one after the other. */
export interface Batch {
  /** Scaled latents [N, channels, height, width]. */
  readonly latents: Float32Array;
  /** Standard normal, same shape. */
  readonly noise: Float32Array;
  readonly timesteps: readonly number[];
  /** Hidden states of the captions [N, 77, width]. */
  readonly textHiddenStates: Float32Array;
  /** What the model is told of each sample beside that, [N, width]; undefined for models that take nothing. */
  readonly addedConditions?: Float32Array | undefined;
  /** The character's share of each latent pixel [N, height, width], 0 … 1. */
  readonly masks: Float32Array;
  /** Index of each sample's picture, and `picture#variant` for the metrics. */
  readonly pictures: readonly number[];
  readonly names: readonly string[];
}

export class BatchSource {
  #rounds = 0;

  private constructor(
    readonly pool: VariantPool,
    private readonly options: TrainOptions,
    private readonly order: SampleOrder,
    private readonly scalingFactor: number,
    private readonly encodings: Encodings,
    private readonly memory: SharedMemory,
  ) {}

  /** Opens the dataset. Nothing is encoded yet. */
  static async open(
    model: BaseModel,
    manifest: string,
    options: TrainOptions,
    resolution: number,
    folder: RunFolder,
    memory: SharedMemory,
    host: TrainingHost,
  ): Promise<BatchSource> {
    const { seed, background, flip, variants } = options;
    const pool = await VariantPool.open(manifest, { resolution, seed, background, flip, variants });
    const order = new SampleOrder({
      seed,
      pictures: pool.count,
      variants: pool.variants,
      timesteps: model.scheduler.num_train_timesteps,
    });
    const encodings = new Encodings(model, resolution, folder, pool, memory, host);
    return new BatchSource(pool, options, order, model.vae.config.scaling_factor, encodings, memory);
  }

  get latentShape(): Encodings['latentShape'] {
    return this.encodings.latentShape;
  }

  /**
   * Encodes what the step (counted from 0) trains on. Where encoders and training take turns, it also encodes for later steps,
   * except the first time, so that the first step comes soon. When the host's signal is aborted, the step may lack something afterwards.
   * @returns whether there was anything to encode
   */
  async prepare(step: number): Promise<boolean> {
    const samples = this.samples(step);
    if (this.encodings.has(samples)) return false;
    const isAlone = this.memory.holdsAll || this.#rounds++ === 0;
    await this.encodings.encode(isAlone ? samples : this.samples(step, mostAhead), samples.length);
    return true;
  }

  /** Encodes what `assemble` is to be given. */
  async prepareSamples(samples: readonly Sample[]): Promise<void> {
    await this.encodings.encode(samples);
  }

  /** The batch of a step that was prepared, counted from 0. */
  at(step: number): Batch {
    return this.assemble(this.samples(step));
  }

  /** A batch of the samples given, which were prepared. */
  assemble(samples: readonly Sample[]): Batch {
    const pictures = samples.map((sample) => this.encodings.picture(sample));
    const texts = samples.map((sample) => this.encodings.text(sample));
    const [channels, height, width] = this.latentShape;
    const size = channels * height * width;
    const latents = pictures.map((picture, index) =>
      sampleLatent(picture, new TorchCpuGenerator(samples[index]?.latentSeed ?? 0).normal(size), this.scalingFactor),
    );
    const added = texts.map((text) => text.added);
    return {
      latents: joined(latents),
      noise: joined(samples.map(({ noiseSeed }) => new TorchCpuGenerator(noiseSeed).normal(size))),
      timesteps: samples.map(({ timestep }) => timestep),
      textHiddenStates: joined(texts.map(({ states }) => states)),
      addedConditions: added[0]?.length ? joined(added) : undefined,
      masks: joined(pictures.map(({ mask }) => mask)),
      pictures: samples.map(({ picture }) => picture),
      names: samples.map(({ picture, variant }) => `${this.pool.name(picture)}#${variant}`),
    };
  }

  /** Deletes what was kept on disk. */
  close(): void {
    this.encodings.close();
  }

  /** Those of a step, and at most so many beyond it, until the run's end. */
  private samples(step: number, beyond = 0): Sample[] {
    const { batchSize, steps } = this.options;
    const [begin, end] = [step * batchSize, (step + 1) * batchSize];
    const last = Math.max(end, Math.min(steps * batchSize, end + beyond));
    return Array.from({ length: last - begin }, (_, index) => this.order.at(begin + index));
  }
}
