/** @file What counts as growth over a day. */
import { describe, expect, it } from 'vitest';
import { growthOf, type Sample } from '../../scripts/campaign/soak/growth.js';

const day = (sample: (lap: number) => Partial<Sample>): Sample[] =>
  Array.from({ length: 100 }, (_, lap) => ({ memory: 120e6, handles: 40, files: 90, ...sample(lap) }));

const grown = (samples: readonly Sample[]): string[] =>
  (growthOf(samples) ?? []).filter(({ isFlat }) => !isFlat).map(({ what }) => what);

describe('growth', () => {
  it('is none while values move about a level, or grow only at the beginning', () => {
    expect(grown(day((lap) => ({ memory: 120e6 + (lap % 7) * 3e6, handles: 40 + (lap % 3) })))).toEqual([]);
    expect(grown(day((lap) => ({ memory: Math.min(60e6 + lap * 6e6, 140e6) })))).toEqual([]);
  });

  it('is found in each value', () => {
    expect(grown(day((lap) => ({ memory: 120e6 + lap * 1e6 })))).toEqual(['memory']);
    expect(grown(day((lap) => ({ handles: 40 + Math.floor(lap / 10) })))).toEqual(['handles']);
    expect(grown(day((lap) => ({ files: 90 + lap })))).toEqual(['files']);
  });

  it('is not judged by a few laps', () => {
    expect(growthOf(day(() => ({})).slice(0, 10))).toBeUndefined();
  });
});
