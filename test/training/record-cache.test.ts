import { existsSync, mkdtempSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { RecordCache } from '../../src/training/record-cache.js';

const path = join(mkdtempSync(join(tmpdir(), 'records-')), 'records.bin');
const record = (value: number) => Float32Array.of(value, value + 0.5, -value, 1e-20);

test('computes each record once, gives back what was computed, and reuses the place of what was replaced', async () => {
  const cache = new RecordCache(path, 4);
  const computed: string[] = [];
  const get = (key: string, value: number, replaces?: string) =>
    cache.get(key, replaces, async () => {
      computed.push(key);
      return record(value);
    });
  await get('a', 1);
  await get('b', 2);
  expect(await get('a', 99)).toEqual(record(1));
  expect(await get('b', 99)).toEqual(record(2));
  const size = statSync(path).size;
  await get('c', 3, 'a');
  expect(await get('c', 99)).toEqual(record(3));
  expect(await get('b', 99)).toEqual(record(2));
  expect(statSync(path).size).toBe(size);
  expect(await get('a', 4)).toEqual(record(4));
  expect(await get('b', 99)).toEqual(record(2));
  expect(computed).toEqual(['a', 'b', 'c', 'a']);
  cache.close();
  expect(existsSync(path)).toBe(false);
});
