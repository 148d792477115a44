/** @file `metrics.jsonl`: one line for each step; a resumed run continues it from its checkpoint. */
import { closeSync, existsSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { asLoraBridgeError } from '../errors/lora-bridge-error.js';
import { writeAtomicallySync } from '../files/atomic.js';

export interface StepMetrics {
  /** Steps done, this one included. */
  readonly step: number;
  readonly loss: number;
  /** Before clipping; 0 of a skipped step. */
  readonly gradientNorm: number;
  /** What the loss was multiplied by for the gradients, in 16 bits only. */
  readonly lossScale?: number;
  /** The gradients overflowed 16 bits, and the step changed nothing. */
  readonly skipped?: true;
  readonly learningRate: number;
  /** Which samples were trained on: picture name and variant. */
  readonly samples: readonly string[];
  readonly timesteps: readonly number[];
}

export class MetricsFile {
  readonly #path: string;
  readonly #descriptor: number;

  /** Opens the file for appending and removes lines beyond `step`: those steps will be repeated. */
  constructor(path: string, step: number) {
    this.#path = path;
    if (existsSync(path)) {
      const kept = readFileSync(path, 'utf8')
        .split('\n')
        .filter((line) => {
          const match = /^\{"step":(\d+),.*\}$/.exec(line);
          return match !== null && Number(match[1]) <= step;
        });
      writeAtomicallySync(path, kept.map((line) => `${line}\n`).join(''));
    }
    this.#descriptor = openSync(path, 'a');
  }

  append(metrics: StepMetrics): void {
    try {
      writeFileSync(this.#descriptor, `${JSON.stringify(metrics)}\n`);
    } catch (error) {
      throw asLoraBridgeError(error, this.#path);
    }
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}
