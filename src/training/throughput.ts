/** @file Steps per second, and the remaining time. */

/** Half-life of the moving average, in steps. */
const halfLife = 20;

export class Throughput {
  readonly #now: () => number;
  #last: number | undefined;
  #secondsPerStep: number | undefined;

  /** @param now seconds of a monotonic clock */
  constructor(now: () => number = () => performance.now() / 1000) {
    this.#now = now;
  }

  /** Call when steps begin, and when they continue after something else, such as a preview. */
  resume(): void {
    this.#last = this.#now();
  }

  /** Call after each step. */
  step(): void {
    const now = this.#now();
    if (this.#last !== undefined) {
      const seconds = now - this.#last;
      const keep = 0.5 ** (1 / halfLife);
      this.#secondsPerStep =
        this.#secondsPerStep === undefined ? seconds : this.#secondsPerStep * keep + seconds * (1 - keep);
    }
    this.#last = now;
  }

  get stepsPerSecond(): number {
    return this.#secondsPerStep === undefined || this.#secondsPerStep === 0 ? 0 : 1 / this.#secondsPerStep;
  }

  /** Expected seconds for `steps` more steps. */
  eta(steps: number): number {
    return steps * (this.#secondsPerStep ?? 0);
  }
}
