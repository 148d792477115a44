/** @file The fingerprint of a folder of images, independent of file names. */

import { createHash } from 'node:crypto';
import { shotsOfFolder } from '../dataset/folder.js';
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
   * regardless of order: renaming an image changes nothing, and a copy of an image counts once.
   * @throws LoraBridgeError `input.dataset.sidecar`, `input.file.*` of the folder
   */
  async read(folder: string): Promise<FolderState> {
    const pictures = new Map<string, string>();
    const rejected: { file: string; error: ErrorReport }[] = [];
    for (const { file, name: _, ...facts } of await shotsOfFolder(folder)) {
      try {
        const { bytes, sha256 } = await readPictureFile(file);
        if (!this.#whole.has(sha256)) await decodePicture(bytes, file);
        if (!pictures.has(sha256)) pictures.set(sha256, JSON.stringify([sha256, facts]));
      } catch (error) {
        rejected.push({ file, error: asLoraBridgeError(error).toReport() });
      }
    }
    this.#whole = new Set(pictures.keys());
    const lines = [...pictures.values()].sort();
    const fingerprint = createHash('sha256').update(lines.join('\n')).digest('hex');
    return { fingerprint: lines.length === 0 ? undefined : fingerprint, rejected };
  }
}
