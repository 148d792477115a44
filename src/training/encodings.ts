/** @file Encodes captions and image variants, some way ahead, and caches the results on disk. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { VariantPool } from '../dataset/pool.js';
import { joined } from '../diffusion/joined.js';
import type { LatentDistribution } from '../diffusion/vae/encoder.js';
import type { Backend } from './backend.js';
import type { TrainingHost } from './host.js';
import { latentMask } from './latent-mask.js';
import { RecordCache } from './record-cache.js';
import type { RunFolder } from './run-folder.js';
import type { Sample } from './sample-order.js';

/**
 * Seconds after which encoding ahead yields to training. At the size of Stable Diffusion 1.5, switching between the two takes one to
 * four seconds on a CPU.
 */
const roundSeconds = 60;

/** What is encoded: a variant of an image, with its caption. */
export type ToEncode = Pick<Sample, 'picture' | 'variant'> & Partial<Pick<Sample, 'replaces'>>;

export interface EncodedPicture extends LatentDistribution {
  /** The character's share of each latent pixel [height, width], 0 … 1. */
  readonly mask: Float32Array;
}

const pictureKey = (picture: number, variant: number): string => `${picture}#${variant}`;

export class Encodings {
  /** Of a picture's latent. */
  readonly latentShape: readonly [channels: number, height: number, width: number];
  readonly #backend: Backend;
  readonly #pool: VariantPool;
  readonly #host: TrainingHost;
  readonly #texts: RecordCache;
  readonly #pictures: RecordCache;
  /** Variants that were replaced by others; they may be needed until the steps that were encoded for are done. */
  readonly #replaced = new Set<string>();
  #done = 0;

  constructor(backend: Backend, resolution: number, folder: RunFolder, pool: VariantPool, host: TrainingHost) {
    const { channels, pixels } = backend.model.latents;
    this.latentShape = [channels, resolution / pixels, resolution / pixels];
    this.#backend = backend;
    this.#pool = pool;
    this.#host = host;
    this.#texts = new RecordCache(folder.scratch('texts'));
    this.#pictures = new RecordCache(folder.scratch('latents'));
  }

  /** Whether images and captions of all samples are encoded. */
  has(samples: readonly ToEncode[]): boolean {
    return samples.every((sample) => this.#hasText(sample) && this.#hasPicture(sample));
  }

  /**
   * Encodes what is missing, captions before images, in the order of the samples. After a minute it only completes the first `atLeast`
   * samples, and it stops once the host's signal is aborted. Variants that an earlier call replaced are forgotten.
   */
  async encode(samples: readonly ToEncode[], atLeast = samples.length): Promise<void> {
    for (const key of this.#replaced) this.#pictures.forget(key);
    this.#replaced.clear();
    const begin = performance.now();
    const total = this.#done + this.#missingTexts(samples) + this.#missingPictures(samples);
    const textsFor = await this.#fill(
      samples,
      (sample) => this.#hasText(sample),
      (sample) => this.#encodeText(sample),
      { total, atLeast, until: begin + (1000 * roundSeconds) / 2 },
    );
    const picturesFor = await this.#fill(
      samples.slice(0, textsFor),
      (sample) => this.#hasPicture(sample),
      (sample) => this.#encodePicture(sample),
      { total, atLeast, until: begin + 1000 * roundSeconds },
    );
    for (const { picture, replaces } of samples.slice(0, picturesFor))
      if (replaces !== undefined) this.#replaced.add(pictureKey(picture, replaces));
  }

  /** Encodes every caption of the dataset. Stops once the host's signal is aborted. */
  async encodeAllTexts(): Promise<void> {
    const { count, variants } = this.#pool;
    const samples = Array.from({ length: count * variants }, (_, index) => ({
      picture: Math.floor(index / variants),
      variant: index % variants,
    }));
    await this.#fill(
      samples,
      (sample) => this.#hasText(sample),
      (sample) => this.#encodeText(sample),
      { total: this.#done + this.#missingTexts(samples), atLeast: samples.length, until: 0 },
    );
  }

  /** The encoding of an image variant; it must exist. */
  picture({ picture, variant }: ToEncode): EncodedPicture {
    const record = this.#pictures.get(pictureKey(picture, variant));
    const [channels, height, width] = this.latentShape;
    const size = channels * height * width;
    return {
      mean: record.subarray(0, size),
      logVariance: record.subarray(size, 2 * size),
      mask: record.subarray(2 * size),
    };
  }

  /** The encoding of a sample's caption; it must exist. */
  text(sample: ToEncode): Float32Array {
    return this.#texts.get(this.#caption(sample));
  }

  /** Deletes the cache. */
  close(): void {
    this.#texts.close();
    this.#pictures.close();
  }

  /**
   * Makes what is missing; returns for how many samples, from the first one on, all is there afterwards.
   * @param until when to stop after the first `atLeast`, on the clock of `performance.now()`
   */
  async #fill(
    samples: readonly ToEncode[],
    has: (sample: ToEncode) => boolean,
    make: (sample: ToEncode) => Promise<void>,
    { total, atLeast, until }: { readonly total: number; readonly atLeast: number; readonly until: number },
  ): Promise<number> {
    // Encoding within steps is no stage of its own.
    const isStage = this.#backend.encoding !== 'within steps';
    for (const [index, sample] of samples.entries()) {
      if (has(sample)) continue;
      if (this.#host.signal.aborted || (index >= atLeast && performance.now() > until)) return index;
      await make(sample);
      this.#done++;
      if (isStage) this.#host.emit({ type: 'progress', stage: 'encoding', done: this.#done, total });
      // Lets a `stop` on standard input be received.
      await nextTurn();
    }
    return samples.length;
  }

  #missingTexts(samples: readonly ToEncode[]): number {
    return new Set(samples.filter((sample) => !this.#hasText(sample)).map((sample) => this.#caption(sample))).size;
  }

  #missingPictures(samples: readonly ToEncode[]): number {
    const missing = samples.filter((sample) => !this.#hasPicture(sample));
    return new Set(missing.map(({ picture, variant }) => pictureKey(picture, variant))).size;
  }

  #caption({ picture, variant }: ToEncode): string {
    return this.#pool.caption(picture, variant);
  }

  #hasText(sample: ToEncode): boolean {
    return this.#texts.has(this.#caption(sample));
  }

  #hasPicture({ picture, variant }: ToEncode): boolean {
    return this.#pictures.has(pictureKey(picture, variant));
  }

  async #encodeText(sample: ToEncode): Promise<void> {
    const caption = this.#caption(sample);
    this.#texts.put(caption, await this.#backend.encodeText(caption));
  }

  async #encodePicture({ picture, variant }: ToEncode): Promise<void> {
    const { pixels, mask } = await this.#pool.render(picture, variant);
    const { mean, logVariance } = await this.#backend.encodePicture(pixels);
    const [, height, width] = this.latentShape;
    this.#pictures.put(pictureKey(picture, variant), joined([mean, logVariance, latentMask(mask, height, width)]));
  }
}
