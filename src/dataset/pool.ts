/** @file The pool of variants to train on: any variant of any image, by index, always the same. */
import { basename, dirname, join } from 'node:path';
import { mirrorCaption } from './caption.js';
import { CropCache } from './crop-cache.js';
import { type ManifestPicture, readManifest } from './manifest.js';
import type { Framing } from './shot.js';
import { isMirrored, renderVariant, type Variant, type VariantOptions } from './variant.js';

export interface PoolOptions extends VariantOptions {
  /** Variants of each picture when the background is `random`. */
  readonly variants: number;
}

/** Memory for decoded crops; others are decoded again when needed. */
const cacheBytes = 128 * 2 ** 20;

const greatestCommonDivisor = (a: number, b: number): number => (b === 0 ? a : greatestCommonDivisor(b, a % b));

export class VariantPool {
  /** Variants per image: 1 with a fixed background; with flips at least 2, every second one mirrored. */
  readonly variants: number;
  readonly #pictures: readonly ManifestPicture[];
  readonly #options: PoolOptions;
  readonly #crops: CropCache;

  private constructor(folder: string, pictures: readonly ManifestPicture[], options: PoolOptions) {
    this.#pictures = pictures;
    this.#options = options;
    const variants = options.background === 'random' ? options.variants : 1;
    this.variants = options.flip ? Math.max(2, variants) : variants;
    this.#crops = new CropCache((file) => join(folder, file), 2 * options.resolution, cacheBytes);
  }

  /** Opens the dataset of a `manifest.json`. @throws LoraBridgeError `input.file.missing`, `input.dataset.broken` */
  static async open(manifestFile: string, options: PoolOptions): Promise<VariantPool> {
    const { pictures } = await readManifest(manifestFile);
    return new VariantPool(dirname(manifestFile), pictures, options);
  }

  /** Number of pictures. */
  get count(): number {
    return this.#pictures.length;
  }

  /** How often an epoch has each picture, by the smallest numbers of the same ratio. */
  get repeats(): readonly number[] {
    const repeats = this.#pictures.map((picture) => picture.repeats ?? 1);
    const divisor = repeats.reduce(greatestCommonDivisor);
    return repeats.map((repeat) => repeat / divisor);
  }

  /** The caption of a variant; in a mirrored one, left and right are exchanged. */
  caption(picture: number, variant: number): string {
    const { caption } = this.#at(picture);
    return isMirrored(variant, this.#options) ? mirrorCaption(caption) : caption;
  }

  /** Name of a picture, without folder and extension. */
  name(picture: number): string {
    return basename(this.#at(picture).file, '.png');
  }

  framing(picture: number): Framing {
    return this.#at(picture).framing;
  }

  /** Renders one variant. @throws LoraBridgeError `input.picture.*` if its crop is damaged */
  async render(picture: number, variant: number): Promise<Variant> {
    const { file, key } = this.#at(picture);
    const crop = await this.#crops.get(file);
    return renderVariant({ ...crop, key }, variant, this.#options);
  }

  #at(picture: number): ManifestPicture {
    const entry = this.#pictures[picture];
    if (entry === undefined) throw new RangeError(`There is no image ${picture} among ${this.#pictures.length}.`);
    return entry;
  }
}
