/** @file The cache of results: by value, least recently used out first, within bounds. */
import { expect, it } from 'vitest';
import { RecentResults } from '../../src/graph/recent-results.js';

/** Which of the requested values had to be computed. */
async function computed(bytes: number, asked: readonly number[]): Promise<number[]> {
  const recent = new RecentResults<number>(bytes);
  const made: number[] = [];
  for (const number of asked) {
    const result = await recent.get([Float32Array.of(1, number), Int32Array.of(2)], async () => {
      made.push(number);
      return 10 * number;
    });
    expect(result).toBe(10 * number);
  }
  return made;
}

const range = (count: number) => Array.from({ length: count }, (_, index) => index);

it('keeps 64 results, those used last', async () => {
  expect(await computed(12, [...range(64), 0, 64, 0, 63, 1])).toEqual([...range(65), 1]);
});

it('keeps fewer of large ones, within 128 MiB, and at least one', async () => {
  expect(await computed(2 ** 25, [...range(4), 0, 4, 0, 1])).toEqual([...range(5), 1]);
  expect(await computed(2 ** 30, [5, 5, 6, 6, 5])).toEqual([5, 6, 5]);
});

it('compares values bit by bit', async () => {
  expect(await computed(12, [0, -0, 0, Number.NaN, Number.NaN])).toHaveLength(3);
});
