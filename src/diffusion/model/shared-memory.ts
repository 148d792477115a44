/**
 * @file Memory that the networks of a model use in turn. Those of a large model do not fit at the same time: the encoders have finished
 * before the UNet trains, and the UNet before an image is decoded.
 *
 *     const memory = SharedMemory.of(model);
 *     const encoder = memory.share(() => VaeEncoder.open(model.vae, size, device));
 *     const step = memory.share(() => createTrainStep(model.unet, geometry));
 *     await (await encoder.open()).encode(pixels);
 *     await (await step.open()).run(inputs); // frees the encoder first, if the model is large
 *     await memory.release();
 */

import { openWeights } from '../weights/network-weights.js';
import { storageOf } from '../weights/weight-scope.js';
import type { BaseModel } from './base-model.js';

/** Something that takes memory while it is open. */
export interface Network {
  /** Frees its memory permanently. */
  release(): Promise<void>;
}

/** A network that is opened on use. */
export interface SharedNetwork<Opened extends Network> {
  /**
   * Opens the network. Where not all fit, the others are freed first: their results stay valid, they themselves do not.
   * @throws what opening it throws
   */
  open(): Promise<Opened>;
  /** Frees it until its next use. */
  free(): Promise<void>;
}

/** Opens networks on use, and frees those that do not fit at the same time. */
export class SharedMemory {
  readonly #open = new Set<SharedNetwork<Network>>();

  /** @param holdsAll whether all networks may stay open at once */
  constructor(readonly holdsAll: boolean) {}

  /** All networks of a small model may stay open. */
  static of({ unet }: Pick<BaseModel, 'unet'>): SharedMemory {
    return new SharedMemory(storageOf(openWeights(unet.weights)) === 'resident');
  }

  /** A network that uses this memory in turn with all others. */
  share<Opened extends Network>(make: () => Promise<Opened>): SharedNetwork<Opened> {
    let network: Opened | undefined;
    const shared: SharedNetwork<Opened> = {
      open: async () => {
        if (network !== undefined) return network;
        if (!this.holdsAll) await this.release();
        network = await make();
        this.#open.add(shared);
        return network;
      },
      free: async () => {
        const opened = network;
        network = undefined;
        this.#open.delete(shared);
        await opened?.release();
      },
    };
    return shared;
  }

  /** Frees all open networks. */
  async release(): Promise<void> {
    for (const network of [...this.#open]) await network.free();
  }
}
