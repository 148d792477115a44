/** @file Writes the files of a run: its configuration, checkpoints and LoRA files. */

import type { VariantPool } from '../dataset/pool.js';
import type { LoraBase, LoraTraining } from '../diffusion/lora/lora-metadata.js';
import { writeDiffusersLora, writeKohyaLora } from '../diffusion/lora/write-lora.js';
import { writeAtomically } from '../files/atomic.js';
import { writeCheckpoint } from './checkpoint.js';
import type { TrainingJob } from './job.js';
import type { RunFolder } from './run-folder.js';
import type { TrainingState } from './training-state.js';

/** A base model as the files of a run name it. */
export interface RecordedModel extends LoraBase {
  readonly path: string;
  readonly name: string;
}

export class RunRecord {
  /** Training samples drawn of each framing. */
  readonly samplesPerFraming: Record<string, number> = {};
  /** By the monotonic clock. */
  readonly #startedAt = performance.now();
  readonly #job: TrainingJob;
  readonly #model: RecordedModel;
  readonly #resolution: number;
  readonly #folder: RunFolder;
  readonly #state: TrainingState;
  readonly #pool: VariantPool;
  readonly #secondsBefore: number;

  /** @param secondsBefore that earlier processes of this run have trained */
  constructor(
    job: TrainingJob,
    model: RecordedModel,
    resolution: number,
    folder: RunFolder,
    state: TrainingState,
    pool: VariantPool,
    secondsBefore: number,
  ) {
    this.#job = job;
    this.#model = model;
    this.#resolution = resolution;
    this.#folder = folder;
    this.#state = state;
    this.#pool = pool;
    this.#secondsBefore = secondsBefore;
  }

  count(pictures: readonly number[]): void {
    for (const picture of pictures) {
      const framing = this.#pool.framing(picture);
      this.samplesPerFraming[framing] = (this.samplesPerFraming[framing] ?? 0) + 1;
    }
  }

  /** Writes the options in effect, with the defaults that depend on the model. */
  async writeConfig(): Promise<void> {
    const { run, character, manifest, options } = this.#job;
    const effective = { ...options, resolution: this.#resolution, alpha: this.#state.trainable.lora.alpha };
    const config = { run, character, manifest, base: this.#model.path, options: effective };
    await writeAtomically(this.#folder.config, `${JSON.stringify(config, undefined, 2)}\n`);
  }

  /** Returns the checkpoint's folder. */
  writeCheckpoint(step: number): string {
    const path = this.#folder.checkpoint(step);
    const progress = { run: this.#job.run, step, options: this.#job.options, seconds: this.#seconds };
    writeCheckpoint(path, this.#state, progress, this.#training(step));
    return path;
  }

  /** Writes both LoRA files and returns their paths. */
  writeLora(): string[] {
    const { lora } = this.#state.trainable;
    writeKohyaLora(this.#folder.kohyaLora, lora, this.#training(this.#job.options.steps));
    writeDiffusersLora(this.#folder.diffusersLora, lora);
    return [this.#folder.kohyaLora, this.#folder.diffusersLora];
  }

  get #seconds(): number {
    return this.#secondsBefore + (performance.now() - this.#startedAt) / 1000;
  }

  #training(steps: number): LoraTraining {
    const { character, options } = this.#job;
    const finishedAt = new Date();
    return {
      title: character,
      baseModel: this.#model.name,
      family: this.#model.family,
      predictionType: this.#model.predictionType,
      triggerPhrase: options.prompt,
      captions: Array.from({ length: this.#pool.count }, (_, picture) => this.#pool.caption(picture, 0)),
      resolution: this.#resolution,
      steps,
      batchSize: options.batchSize,
      learningRate: options.learningRate,
      seed: options.seed,
      minSnrGamma: options.minSnrGamma,
      startedAt: new Date(finishedAt.getTime() - 1000 * this.#seconds),
      finishedAt,
    };
  }
}
