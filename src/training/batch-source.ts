/** @file Makes the batch of each step: latents, noise, timesteps, encoded texts and weights of images and captions. */
import { VariantPool } from '../dataset/pool.js';
import { joined } from '../diffusion/joined.js';
import { TorchCpuGenerator } from '../diffusion/random/torch-cpu-generator.js';
import { sampleLatent } from '../diffusion/vae/encoder.js';
import type { TrainOptions } from '../protocol/train-options.js';
import type { Backend, Batch } from './backend.js';
import { Encodings } from './encodings.js';
import type { TrainingHost } from './host.js';
import { lossWeights } from './loss-weights.js';
import type { RunFolder } from './run-folder.js';
import { type Sample, SampleOrder } from './sample-order.js';

/** At most this many samples are encoded ahead: bounds the space on disk, and the samples to be checked. */
const mostAhead = 4096;

/** A batch, and which samples it is made of. */
export interface DrawnBatch extends Batch {
  /** Index of each sample's picture, and `picture#variant` for the metrics. */
  readonly pictures: readonly number[];
  readonly names: readonly string[];
}

export class BatchSource {
  readonly #backend: Backend;
  readonly #options: TrainOptions;
  readonly #order: SampleOrder;
  readonly #encodings: Encodings;
  #rounds = 0;

  private constructor(
    readonly pool: VariantPool,
    backend: Backend,
    options: TrainOptions,
    encodings: Encodings,
  ) {
    this.#backend = backend;
    this.#options = options;
    this.#encodings = encodings;
    const { count: pictures, repeats, variants } = pool;
    const { timesteps } = backend.model;
    this.#order = new SampleOrder({ seed: options.seed, pictures, repeats, variants, timesteps });
  }

  /** Opens the dataset. Nothing is encoded yet. */
  static async open(
    backend: Backend,
    manifest: string,
    options: TrainOptions,
    resolution: number,
    folder: RunFolder,
    host: TrainingHost,
  ): Promise<BatchSource> {
    const { seed, background, flip, variants } = options;
    const pool = await VariantPool.open(manifest, { resolution, seed, background, flip, variants });
    return new BatchSource(pool, backend, options, new Encodings(backend, resolution, folder, pool, host));
  }

  /**
   * Encodes what the step (counted from 0) trains on. Where encoders and training take turns, it also encodes for later steps,
   * except the first time, so that the first step comes soon. When the host's signal is aborted, the step may lack something afterwards.
   * @returns whether there was anything to encode
   */
  async prepare(step: number): Promise<boolean> {
    const samples = this.#samples(step);
    if (this.#encodings.has(samples)) return false;
    const { encoding } = this.#backend;
    const isFirst = this.#rounds++ === 0;
    if (isFirst && encoding === 'texts first') await this.#encodings.encodeAllTexts();
    const isAhead = encoding === 'in turns' && !isFirst;
    await this.#encodings.encode(isAhead ? this.#samples(step, mostAhead) : samples, samples.length);
    return true;
  }

  /** Encodes samples for `assemble`. */
  async prepareSamples(samples: readonly Sample[]): Promise<void> {
    await this.#encodings.encode(samples);
  }

  /** The batch of a step that was prepared, counted from 0. */
  at(step: number): DrawnBatch {
    return this.assemble(this.#samples(step));
  }

  /** A batch of samples that were prepared. */
  assemble(samples: readonly Sample[]): DrawnBatch {
    const { latents: latentsOf, schedule } = this.#backend.model;
    const pictures = samples.map((sample) => this.#encodings.picture(sample));
    const [channels, height, width] = this.#encodings.latentShape;
    const size = channels * height * width;
    const timesteps = samples.map(({ timestep }) => timestep);
    const latents = pictures.map((picture, index) => {
      const noise = new TorchCpuGenerator(samples[index]?.latentSeed ?? 0).normal(size);
      return sampleLatent(picture, noise, latentsOf.scale, latentsOf.shift);
    });
    return {
      latents: joined(latents),
      noise: joined(samples.map(({ noiseSeed }) => new TorchCpuGenerator(noiseSeed).normal(size))),
      timesteps,
      texts: samples.map((sample) => this.#encodings.text(sample)),
      ...lossWeights(this.#options, schedule, timesteps, joined(pictures.map(({ mask }) => mask))),
      pictures: samples.map(({ picture }) => picture),
      names: samples.map(({ picture, variant }) => `${this.pool.name(picture)}#${variant}`),
    };
  }

  /** Deletes the cache on disk. */
  close(): void {
    this.#encodings.close();
  }

  /** The samples of a step, and at most `beyond` more, until the end of the run. */
  #samples(step: number, beyond = 0): Sample[] {
    const { samplesPerStep } = this.#backend;
    const [begin, end] = [step * samplesPerStep, (step + 1) * samplesPerStep];
    const last = Math.max(end, Math.min(this.#options.steps * samplesPerStep, end + beyond));
    return Array.from({ length: last - begin }, (_, index) => this.#order.at(begin + index));
  }
}
