/** @file What the encoders make of captions and picture variants: encoded some way ahead, kept on disk. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { VariantPool } from '../dataset/pool.js';
import { PromptEncoder } from '../diffusion/clip/prompt-encoder.js';
import { CONTEXT_LENGTH } from '../diffusion/config/text-encoder-config.js';
import { addedConditionWidth } from '../diffusion/config/unet-config.js';
import { pixelsPerLatent } from '../diffusion/config/vae-config.js';
import { joined } from '../diffusion/joined.js';
import type { BaseModel } from '../diffusion/model/base-model.js';
import type { SharedMemory, Turn } from '../diffusion/model/shared-memory.js';
import { type LatentDistribution, type PictureSize, VaeEncoder } from '../diffusion/vae/encoder.js';
import { vaeOptions } from '../diffusion/vae/options.js';
import type { TrainingHost } from './host.js';
import { latentMask } from './latent-mask.js';
import { RecordCache } from './record-cache.js';
import type { RunFolder } from './run-folder.js';
import type { Sample } from './sample-order.js';

/**
 * Seconds after which encoding ahead gives way to training. At the size of Stable Diffusion 1.5 the change from one to the other
 * takes one to four seconds on a CPU.
 */
const roundSeconds = 60;

/** What is to be encoded: a variant of a picture, with its caption. */
export type ToEncode = Pick<Sample, 'picture' | 'variant'> & Partial<Pick<Sample, 'replaces'>>;

export interface EncodedPicture extends LatentDistribution {
  /** The character's share of each latent pixel [height, width], 0 … 1. */
  readonly mask: Float32Array;
}

export interface EncodedText {
  /** [77, width]. */
  readonly states: Float32Array;
  /** The added condition of SDXL; empty for other models. */
  readonly added: Float32Array;
}

const pictureKey = (picture: number, variant: number): string => `${picture}#${variant}`;

export class Encodings {
  /** Of a picture's latent. */
  readonly latentShape: readonly [channels: number, height: number, width: number];
  readonly #size: PictureSize;
  readonly #stateNumbers: number;
  readonly #prompts: Turn<PromptEncoder>;
  readonly #vae: Turn<VaeEncoder>;
  readonly #texts: RecordCache;
  readonly #pictures: RecordCache;
  /** Variants whose place others have taken; they may be needed until the steps that were encoded for are done. */
  readonly #replaced = new Set<string>();
  /** Small models encode within each step: that is no stage of its own. */
  readonly #isStage: boolean;
  #done = 0;

  /** Opens the encoders only when there is something to encode. */
  constructor(
    model: BaseModel,
    resolution: number,
    folder: RunFolder,
    private readonly pool: VariantPool,
    memory: SharedMemory,
    private readonly host: TrainingHost,
  ) {
    const { unet, vae } = model;
    this.#isStage = !memory.holdsAll;
    const edge = resolution / pixelsPerLatent(vae.config);
    this.latentShape = [vae.config.latent_channels, edge, edge];
    this.#size = { width: resolution, height: resolution };
    this.#stateNumbers = CONTEXT_LENGTH * unet.config.cross_attention_dim;
    this.#prompts = memory.share(() => PromptEncoder.open(model, host.compile));
    this.#vae = memory.share(() => VaeEncoder.open(vae, this.#size, vaeOptions(model, host.compile)));
    this.#texts = new RecordCache(folder.scratch('texts'), this.#stateNumbers + addedConditionWidth(unet.config));
    this.#pictures = new RecordCache(folder.scratch('latents'), (2 * vae.config.latent_channels + 1) * edge * edge);
  }

  /** Whether pictures and captions of all of them are encoded. */
  has(wanted: readonly ToEncode[]): boolean {
    return wanted.every((sample) => this.#hasText(sample) && this.#hasPicture(sample));
  }

  /**
   * Encodes what is missing, captions before pictures, in the order of the samples. After a minute it only completes the first `atLeast`
   * samples, and it stops once the host's signal is aborted. Variants that were replaced by an earlier call are forgotten.
   */
  async encode(wanted: readonly ToEncode[], atLeast = wanted.length): Promise<void> {
    for (const key of this.#replaced) this.#pictures.forget(key);
    this.#replaced.clear();
    const captions = new Set(wanted.filter((sample) => !this.#hasText(sample)).map((sample) => this.#caption(sample)));
    const pictures = new Set(
      wanted.filter((sample) => !this.#hasPicture(sample)).map(({ picture, variant }) => pictureKey(picture, variant)),
    );
    const total = this.#done + captions.size + pictures.size;

    const begin = performance.now();
    /** Encodes what is missing; returns for how many samples, from the first one on, all is there afterwards. */
    const fill = async (
      samples: readonly ToEncode[],
      seconds: number,
      has: (sample: ToEncode) => boolean,
      make: (sample: ToEncode) => Promise<void>,
    ): Promise<number> => {
      for (const [index, sample] of samples.entries()) {
        if (has(sample)) continue;
        const late = performance.now() - begin > 1000 * seconds;
        if (this.host.signal.aborted || (late && index >= atLeast)) return index;
        await make(sample);
        this.#done++;
        if (this.#isStage) this.host.tell({ type: 'progress', stage: 'encoding', done: this.#done, total });
        // Lets a `stop` on standard input arrive.
        await nextTurn();
      }
      return samples.length;
    };
    const textsFor = await fill(
      wanted,
      roundSeconds / 2,
      (sample) => this.#hasText(sample),
      (sample) => this.#encodeText(sample),
    );
    const picturesFor = await fill(
      wanted.slice(0, textsFor),
      roundSeconds,
      (sample) => this.#hasPicture(sample),
      (sample) => this.#encodePicture(sample),
    );
    for (const { picture, replaces } of wanted.slice(0, picturesFor))
      if (replaces !== undefined) this.#replaced.add(pictureKey(picture, replaces));
  }

  /** Of a picture variant that was encoded. */
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

  /** Of its caption. */
  text(sample: ToEncode): EncodedText {
    const record = this.#texts.get(this.#caption(sample));
    return { states: record.subarray(0, this.#stateNumbers), added: record.subarray(this.#stateNumbers) };
  }

  /** Deletes what was kept. */
  close(): void {
    this.#texts.close();
    this.#pictures.close();
  }

  #caption({ picture, variant }: ToEncode): string {
    return this.pool.caption(picture, variant);
  }

  #hasText(sample: ToEncode): boolean {
    return this.#texts.has(this.#caption(sample));
  }

  #hasPicture({ picture, variant }: ToEncode): boolean {
    return this.#pictures.has(pictureKey(picture, variant));
  }

  async #encodeText(sample: ToEncode): Promise<void> {
    const caption = this.#caption(sample);
    const prompts = await this.#prompts.open();
    const { textHiddenStates, addedCondition } = await prompts.encode(caption, this.#size);
    this.#texts.put(
      caption,
      addedCondition === undefined ? textHiddenStates : joined([textHiddenStates, addedCondition]),
    );
  }

  async #encodePicture({ picture, variant }: ToEncode): Promise<void> {
    const { pixels, mask } = await this.pool.render(picture, variant);
    const encoder = await this.#vae.open();
    const { mean, logVariance } = await encoder.encode(pixels);
    const [, height, width] = this.latentShape;
    this.#pictures.put(pictureKey(picture, variant), joined([mean, logVariance, latentMask(mask, height, width)]));
  }
}
