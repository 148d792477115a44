/** @file A least-recently-used cache of decoded crops, reduced to the size that variants need. */
import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import type { RgbaPicture } from '../faces/rgba-picture.js';
import { decodePicture } from './picture.js';
import { type CutSides, cutSidesOf } from './variant.js';

export interface Crop {
  readonly picture: RgbaPicture;
  readonly cut: CutSides;
}

export class CropCache {
  readonly #pathOf: (file: string) => string;
  readonly #maxEdge: number;
  readonly #maxBytes: number;
  /** In order of use, the most recent last. */
  readonly #crops = new Map<string, Crop>();
  #bytes = 0;

  /** @param maxEdge larger crops are shrunk to this edge, in pixels */
  constructor(pathOf: (file: string) => string, maxEdge: number, maxBytes: number) {
    this.#pathOf = pathOf;
    this.#maxEdge = maxEdge;
    this.#maxBytes = maxBytes;
  }

  async get(file: string): Promise<Crop> {
    const crop = this.#crops.get(file) ?? (await this.#load(file));
    if (this.#crops.delete(file)) this.#bytes -= crop.picture.data.length;
    this.#crops.set(file, crop);
    this.#bytes += crop.picture.data.length;
    for (const [oldest, { picture }] of this.#crops) {
      if (this.#bytes <= this.#maxBytes || this.#crops.size === 1) break;
      this.#crops.delete(oldest);
      this.#bytes -= picture.data.length;
    }
    return crop;
  }

  async #load(file: string): Promise<Crop> {
    const path = this.#pathOf(file);
    const picture = await decodePicture(await readFile(path), path);
    const cut = cutSidesOf(picture);
    if (picture.width <= this.#maxEdge) return { picture, cut };
    const { data, info } = await sharp(picture.data, {
      raw: { width: picture.width, height: picture.height, channels: 4 },
    })
      // sharp premultiplies around a resize, so no hidden colour bleeds in.
      .resize(this.#maxEdge, this.#maxEdge, { fit: 'fill' })
      .raw()
      .toBuffer({ resolveWithObject: true });
    return { picture: { width: info.width, height: info.height, data }, cut };
  }
}
