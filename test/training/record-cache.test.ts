import { existsSync, mkdtempSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { RecordCache } from '../../src/training/record-cache.js';

const path = join(mkdtempSync(join(tmpdir(), 'records-')), 'records.bin');
const record = (value: number) => Float32Array.of(value, value + 0.5, -value, 1e-20);

test('gives back what was stored, and gives the place of what was forgotten to the next', () => {
  const cache = new RecordCache(path);
  for (const [key, value] of Object.entries({ a: 1, b: 2, c: 3 })) cache.put(key, record(value));
  const size = statSync(path).size;
  cache.forget('a');
  cache.forget('c');
  cache.forget('never there');
  expect([cache.has('a'), cache.has('b')]).toEqual([false, true]);
  expect(() => cache.get('a')).toThrow(/no record a/);
  for (const [key, value] of Object.entries({ d: 4, e: 5 })) cache.put(key, record(value));
  expect(statSync(path).size).toBe(size);
  cache.put('a', record(6));
  expect(['b', 'd', 'e', 'a'].map((key) => cache.get(key)[0])).toEqual([2, 4, 5, 6]);
  expect(cache.get('a')).toEqual(record(6));
  expect(statSync(path).size).toBe((size / 3) * 4);
  cache.close();
  expect(existsSync(path)).toBe(false);
});
