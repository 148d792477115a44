/** @file The fingerprint of a folder of images, independent of file names. */

import { createHash } from 'node:crypto';
import { readDatasetFolder } from '../dataset/folder.js';
import { decodePicture, readPictureFile } from '../dataset/picture.js';
import type { ErrorReport } from '../errors/error-report.js';
import { asLoraBridgeError } from '../errors/lora-bridge-error.js';

export interface FolderState {
  /** Equal for the same usable images with the same facts; undefined when there is no usable image. */
  readonly fingerprint: string | undefined;
  /** Images that cannot be read, perhaps because they are still being written. */
  readonly rejected: readonly { readonly file: string; readonly error: ErrorReport }[];
}

/** Remembers which bytes are complete images, so that an unchanged image is decoded once. */
export class Fingerprinter {
  #whole = new Set<string>();

  /**
   * Reads and decodes all images of a folder, one at a time. The fingerprint is built from the hashes of their bytes and facts,
   * regardless of order: renaming an image changes nothing, and a copy with the same facts counts once.
   * @throws LoraBridgeError `input.dataset.sidecar`, `input.file.*` of the folder
   */
  async read(folder: string): Promise<FolderState> {
    const whole = new Set<string>();
    const lines = new Set<string>();
    const rejected: { file: string; error: ErrorReport }[] = [];
    for (const { file, name: _, captionFile: __, ...facts } of (await readDatasetFolder(folder)).shots) {
      try {
        const { bytes, sha256 } = await readPictureFile(file);
        if (!this.#whole.has(sha256)) await decodePicture(bytes, file);
        whole.add(sha256);
        lines.add(JSON.stringify([sha256, facts]));
      } catch (error) {
        rejected.push({ file, error: asLoraBridgeError(error).toReport() });
      }
    }
    this.#whole = whole;
    const fingerprint = createHash('sha256')
      .update([...lines].sort().join('\n'))
      .digest('hex');
    return { fingerprint: lines.size === 0 ? undefined : fingerprint, rejected };
  }
}
