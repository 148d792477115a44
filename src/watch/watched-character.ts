/** @file One character's folder: polled until it stops changing, then compared with what was last trained. */

import { stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { listDataset } from '../dataset/folder-listing.js';
import type { ErrorReport } from '../errors/error-report.js';
import { asLoraBridgeError, LoraBridgeError } from '../errors/lora-bridge-error.js';
import { Fingerprinter } from './fingerprint.js';
import { readTrained } from './trained-record.js';

export interface CharacterListener {
  readonly ready: (fingerprint: string) => void;
  readonly rejected: (file: string, error: ErrorReport) => void;
  readonly failed: (error: ErrorReport) => void;
  /** The folder no longer exists. */
  readonly gone: () => void;
}

export interface WatchTiming {
  /** How long nothing must change before the folder is ready. */
  readonly debounceSeconds: number;
  /** How long an unreadable image counts as still being written, if nothing changes. */
  readonly incompleteSeconds: number;
}

export class WatchedCharacter {
  readonly #folder: string;
  readonly #debounce: number;
  readonly #incomplete: number;
  readonly #listener: CharacterListener;
  readonly #fingerprinter = new Fingerprinter();
  /** Names, sizes and change times of the relevant files, and since when they have been so, by the monotonic clock. */
  #signature: string | undefined;
  #since = 0;
  /** The signature with which some image was unreadable, and the one that was last compared with what was trained. */
  #unreadable: string | undefined;
  #settled: string | undefined;
  /** The fingerprint last reported as ready, or found to be trained. */
  #reported: string | undefined;
  #isDue = false;
  #running: Promise<void> | undefined;
  #wake: (() => void) | undefined;
  #closed = false;

  constructor(folder: string, { debounceSeconds, incompleteSeconds }: WatchTiming, listener: CharacterListener) {
    this.#folder = folder;
    this.#debounce = debounceSeconds * 1000;
    this.#incomplete = Math.max(debounceSeconds, incompleteSeconds) * 1000;
    this.#listener = listener;
  }

  /** Call it when something may have changed: polls until the folder stops changing. */
  check(): void {
    this.#isDue = true;
    this.#running ??= this.#untilQuiet()
      .catch((error: unknown) => this.#listener.failed(asLoraBridgeError(error).toReport()))
      .finally(() => {
        this.#running = undefined;
      });
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#wake?.();
    await this.#running;
  }

  async #untilQuiet(): Promise<void> {
    while (!this.#closed && (this.#isDue || this.#signature !== this.#settled)) {
      this.#isDue = false;
      const signature = await this.#read();
      if (signature === undefined) return this.#listener.gone();
      if (signature !== this.#signature) {
        this.#signature = signature;
        this.#since = performance.now();
      }
      if (signature === this.#settled) continue;
      const wait = signature === this.#unreadable ? this.#incomplete : this.#debounce;
      if (performance.now() - this.#since >= wait) await this.#compare(signature);
      else await this.#pause(Math.min(1000, Math.max(20, this.#debounce / 4)));
    }
  }

  /** Compares with what was trained, unless something seems to be only partly written, or changes meanwhile. */
  async #compare(signature: string): Promise<void> {
    const state = await this.#fingerprinter.read(this.#folder).catch((error: unknown) => asLoraBridgeError(error));
    const trained = await readTrained(this.#folder);
    if ((await this.#read()) !== signature || this.#closed) return;
    const failed = state instanceof LoraBridgeError;
    if ((failed || state.rejected.length > 0) && this.#unreadable !== signature) {
      this.#unreadable = signature;
      return;
    }
    this.#settled = signature;
    if (failed) return this.#listener.failed(state.toReport());
    for (const { file, error } of state.rejected) this.#listener.rejected(file, error);
    const { fingerprint } = state;
    const isNew = fingerprint !== undefined && fingerprint !== trained && fingerprint !== this.#reported;
    this.#reported = fingerprint;
    if (isNew) this.#listener.ready(fingerprint);
  }

  /** The signature of the folder as it is now; undefined when the folder is gone. */
  async #read(): Promise<string | undefined> {
    try {
      const { folders } = await listDataset(this.#folder);
      const files = folders.flatMap(({ path, images, facts }) => [...images, ...facts].map((name) => join(path, name)));
      return JSON.stringify(await Promise.all(files.sort().map((file) => this.#describe(file))));
    } catch (error) {
      if (error instanceof LoraBridgeError && error.code === 'input.file.missing') return undefined;
      throw error;
    }
  }

  async #describe(file: string): Promise<readonly (string | number)[]> {
    const name = relative(this.#folder, file);
    try {
      const { size, mtimeMs, ctimeMs } = await stat(file);
      return [name, size, mtimeMs, ctimeMs];
    } catch {
      // Deleted since the folder was listed, or a broken link: either way it differs from any file.
      return [name];
    }
  }

  #pause(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
