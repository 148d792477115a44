/** @file Preview sheets while a LoRA trains: always the same prompt and seeds, so that only the LoRA differs. */
import type { TrainOptions } from '../protocol/train-options.js';
import { contactSheet } from '../sampling/contact-sheet.js';
import { writePicture } from '../sampling/picture-file.js';
import type { Backend } from './backend.js';
import type { TrainingHost } from './host.js';
import type { RunFolder } from './run-folder.js';

/** The seeds of the 2023 workflow's pictures begin here. */
const previewSeed = 1024;
/** Enough for DPM-Solver++ 2M to show what the LoRA has learnt (Lu et al., 2022, arXiv 2211.01095). */
const samplingSteps = 20;

/** The prompt of all previews of a run. */
export const previewPrompt = ({ previewPrompt, prompt }: TrainOptions): string => previewPrompt ?? prompt;

export class PreviewMaker {
  /** Sheets written so far. */
  readonly files: string[] = [];
  readonly #backend: Backend;
  readonly #options: TrainOptions;
  readonly #folder: RunFolder;
  readonly #host: TrainingHost;

  constructor(backend: Backend, options: TrainOptions, folder: RunFolder, host: TrainingHost) {
    this.#backend = backend;
    this.#options = options;
    this.#folder = folder;
    this.#host = host;
  }

  /** Writes the sheet of a step; before the first one also that of the base model, as step 0. Ends early when aborted. */
  async make(step: number): Promise<void> {
    try {
      if (this.files.length === 0) await this.#write(0);
      await this.#write(step);
    } catch (error) {
      if (!this.#host.signal.aborted) throw error;
    }
  }

  async #write(step: number): Promise<void> {
    const { emit, signal } = this.#host;
    const prompt = previewPrompt(this.#options);
    const pictures = await this.#backend.generate({
      prompt,
      seed: previewSeed,
      count: this.#options.previewCount,
      steps: samplingSteps,
      withLora: step > 0,
      signal,
      onProgress: (done, total) => emit({ type: 'progress', stage: 'preview', done, total }),
    });
    const file = this.#folder.sample(step);
    await writePicture(file, contactSheet(pictures));
    this.files.push(file);
    emit({ type: 'preview', step, file, prompt, seed: previewSeed });
  }
}
