/**
 * @file Checkpoints by time, between those by steps: what a killed process loses is bounded in minutes, however slow the steps are. On
 * Windows the end of the daemon kills its child processes at once.
 */
import { rmSync } from 'node:fs';

export class CheckpointClock {
  readonly #milliseconds: number;
  #last = performance.now();
  /** The newest checkpoint, where it was written for its time only. */
  #temporary: string | undefined;

  constructor(minutes: number) {
    this.#milliseconds = minutes * 60_000;
  }

  /** Whether the newest checkpoint, or the start, is too long ago. */
  get isDue(): boolean {
    return performance.now() - this.#last >= this.#milliseconds;
  }

  /** @param isRegular whether it is to be kept; another is deleted once the next one is complete */
  written(folder: string, isRegular: boolean): void {
    if (this.#temporary !== undefined) rmSync(this.#temporary, { recursive: true, force: true, maxRetries: 5 });
    this.#temporary = isRegular ? undefined : folder;
    this.#last = performance.now();
  }
}
