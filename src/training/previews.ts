/** @file Preview sheets while a LoRA trains: always the same prompt and seeds, so that only the LoRA differs. */
import type { BaseModel } from '../diffusion/model/base-model.js';
import type { SharedMemory } from '../diffusion/model/shared-memory.js';
import type { TrainOptions } from '../protocol/train-options.js';
import { contactSheet } from '../sampling/contact-sheet.js';
import { writePicture } from '../sampling/picture-file.js';
import { type SeededPicture, TextToImage } from '../sampling/text-to-image.js';
import type { TrainingHost } from './host.js';
import type { Learner } from './learner.js';
import type { RunFolder } from './run-folder.js';

/** The seeds of the 2023 workflow's pictures begin here. */
export const previewSeed = 1024;
/** Enough for DPM-Solver++ 2M to show what the LoRA has learnt (Lu et al., 2022, arXiv 2211.01095). */
export const previewSamplingSteps = 20;

export class PreviewMaker {
  /** Sheets written so far. */
  readonly files: string[] = [];

  constructor(
    private readonly model: BaseModel,
    private readonly options: TrainOptions,
    private readonly resolution: number,
    private readonly folder: RunFolder,
    private readonly learner: Learner,
    private readonly memory: SharedMemory,
    private readonly host: TrainingHost,
  ) {}

  /** Writes the sheet of a step; before the first one also that of the base model, as step 0. Given up when aborted. */
  async make(step: number): Promise<void> {
    const { rank } = this.learner.trainable.lora;
    // Opened again each time: between two previews its memory belongs to the training.
    const options = { resolution: this.resolution, rank, ...this.host.compile };
    const pipeline = await TextToImage.open(this.model, options, this.memory);
    try {
      if (this.files.length === 0) await this.generate(pipeline, 0);
      await this.generate(pipeline, step);
    } catch (error) {
      if (!this.host.signal.aborted) throw error;
    } finally {
      await pipeline.release();
    }
  }

  private async generate(pipeline: TextToImage, step: number): Promise<void> {
    const { tell, signal } = this.host;
    const prompt = this.options.previewPrompt ?? this.options.prompt;
    const pictures: SeededPicture[] = [];
    const request = {
      prompt,
      seed: previewSeed,
      signal,
      count: this.options.previewCount,
      steps: previewSamplingSteps,
      onProgress: (done: number, total: number) => tell({ type: 'progress', stage: 'preview', done, total }),
    };
    const lora = step === 0 ? {} : { lora: this.learner.trainable.lora };
    for await (const picture of pipeline.generate({ ...request, ...lora })) pictures.push(picture);
    const file = this.folder.sample(step);
    await writePicture(file, contactSheet(pictures));
    this.files.push(file);
    tell({ type: 'preview', step, file, prompt, seed: previewSeed });
  }
}
