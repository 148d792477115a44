/** @file Whether something grew over a day: an early window compared with a late one. */
import { percentile } from '../tally.js';

/** What is looked at after each lap. */
export interface Sample {
  /** Resident bytes of the daemon. */
  readonly memory: number;
  /** Its open files, sockets and pipes. */
  readonly handles: number;
  /** Files in the data folder, without logs. */
  readonly files: number;
}

export interface Growth {
  readonly what: keyof Sample;
  readonly isFlat: boolean;
  readonly detail: string;
}

/** Laps below which early and late cannot be told apart. */
const lapsAtLeast = 20;

/** The most that the late window may have for what the early one had. */
const atMost: Readonly<Record<keyof Sample, (early: number) => number>> = {
  memory: (early) => early * 1.15 + 20e6,
  handles: (early) => early + 3,
  files: (early) => early + 10,
};

/** Compares the medians of the second fifth (the first warms up) and of the last; undefined of too few samples. */
export function growthOf(samples: readonly Sample[]): readonly Growth[] | undefined {
  if (samples.length < lapsAtLeast) return undefined;
  const fifth = Math.floor(samples.length / 5);
  const median = (window: readonly Sample[], what: keyof Sample): number =>
    percentile(
      window.map((sample) => sample[what]),
      50,
    );
  return (['memory', 'handles', 'files'] as const).map((what) => {
    const [early, late] = [median(samples.slice(fifth, 2 * fifth), what), median(samples.slice(-fifth), what)];
    return {
      what,
      isFlat: late <= atMost[what](early),
      detail: `${early} early, ${late} late, ${samples.length} laps`,
    };
  });
}
