/** @file Steps per second and the time that is left. */

/** Half-life of the moving average, in steps. */
const halfLife = 20;

export class Throughput {
  private last: number | undefined;
  private secondsPerStep: number | undefined;

  constructor(private readonly now: () => number = () => performance.now() / 1000) {}

  /** Call when work on steps begins or goes on after something else, such as a preview. */
  resume(): void {
    this.last = this.now();
  }

  /** Call after each step. */
  step(): void {
    const now = this.now();
    if (this.last !== undefined) {
      const seconds = now - this.last;
      const keep = 0.5 ** (1 / halfLife);
      this.secondsPerStep =
        this.secondsPerStep === undefined ? seconds : this.secondsPerStep * keep + seconds * (1 - keep);
    }
    this.last = now;
  }

  get stepsPerSecond(): number {
    return this.secondsPerStep === undefined || this.secondsPerStep === 0 ? 0 : 1 / this.secondsPerStep;
  }

  /** Seconds that `steps` more steps will take. */
  eta(steps: number): number {
    return steps * (this.secondsPerStep ?? 0);
  }
}
