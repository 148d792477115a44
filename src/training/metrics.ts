/** @file `metrics.jsonl`: one line for each step, kept in step with the checkpoints. */
import { closeSync, existsSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';

export interface StepMetrics {
  /** Steps done, this one included. */
  readonly step: number;
  readonly loss: number;
  readonly gradientNorm: number;
  readonly learningRate: number;
  /** Which samples were trained on: picture name and variant. */
  readonly samples: readonly string[];
  readonly timesteps: readonly number[];
}

export class MetricsFile {
  private readonly descriptor: number;

  /** Opens the file for appending and drops what it holds beyond `step`: those steps will be done again. */
  constructor(path: string, step: number) {
    if (existsSync(path)) {
      const kept = readFileSync(path, 'utf8')
        .split('\n')
        .filter((line) => {
          const match = /^\{"step":(\d+),.*\}$/.exec(line);
          return match !== null && Number(match[1]) <= step;
        });
      writeFileSync(path, kept.map((line) => `${line}\n`).join(''));
    }
    this.descriptor = openSync(path, 'a');
  }

  append(metrics: StepMetrics): void {
    writeSync(this.descriptor, `${JSON.stringify(metrics)}\n`);
  }

  close(): void {
    closeSync(this.descriptor);
  }
}
