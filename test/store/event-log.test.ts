/** @file The log of durable events. */
import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { EventLog } from '../../src/store/event-log.js';
import { openTestStore } from './support.js';

test('numbers events without gaps, reads them in parts, forgets the oldest when there are too many', async () => {
  const { database, events } = await openTestStore();
  expect(events.latest).toBe(0);
  expect(events.oldest).toBe(1);
  const job = randomUUID();
  database.transaction(() => {
    for (let n = 0; n < 30; n++) events.append({ type: 'job.removed', job });
  });
  expect(() =>
    database.transaction(() => {
      events.append({ type: 'job.removed', job });
      throw new Error('rolled back');
    }),
  ).toThrow('rolled back');
  database.transaction(() => events.append({ type: 'job.removed', job }));
  expect(events.latest).toBe(31);
  expect(events.after(0, 10).map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  expect(events.after(29, 10)).toMatchObject([
    { sequence: 30, type: 'job.removed', job },
    { sequence: 31, type: 'job.removed', job },
  ]);
  const pruned = new EventLog(database, 5);
  expect(pruned.oldest).toBe(27);
  expect(pruned.after(0, 10)).toHaveLength(5);
});
