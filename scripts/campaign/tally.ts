/** @file Figures of a campaign, added up over its rounds. */

/** Counts that rounds add to. */
export class Tally {
  rounds = 0;
  kills = 0;
  acknowledgedShots = 0;
  lostShots = 0;
  jobs = 0;
  unfinishedJobs = 0;
  orphans = 0;
  resumedLoras = 0;
  equalLoras = 0;
  hostileMessages = 0;
  accessTries = 0;
  /** Largest resident set of a daemon, in bytes. */
  peakMemory = 0;
  /** Milliseconds that a well-behaved client waited for answers while others attacked. */
  readonly latencies: number[] = [];

  notePeak(bytes: number): void {
    this.peakMemory = Math.max(this.peakMemory, bytes);
  }

  /** The figures as they are printed and written. */
  figures(): Readonly<Record<string, number>> {
    return {
      rounds: this.rounds,
      kills: this.kills,
      'acknowledged shots': this.acknowledgedShots,
      'lost shots': this.lostShots,
      jobs: this.jobs,
      'unfinished jobs': this.unfinishedJobs,
      'orphan processes': this.orphans,
      'resumed LoRAs': this.resumedLoras,
      'of them equal': this.equalLoras,
      'hostile messages': this.hostileMessages,
      'access tries': this.accessTries,
      'peak memory of a daemon, MB': Math.round(this.peakMemory / 1e6),
      'answers measured': this.latencies.length,
      'p99 of answers, ms': Math.round(percentile(this.latencies, 99) * 10) / 10,
    };
  }
}

/** The value below which `percent` of the values lie; 0 of none. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))] ?? 0;
}
