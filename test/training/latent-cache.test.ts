import { existsSync, mkdtempSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { LatentCache } from '../../src/training/latent-cache.js';

const path = join(mkdtempSync(join(tmpdir(), 'latents-')), 'latents.bin');
const distribution = (value: number) => ({
  mean: Float32Array.of(value, value + 0.5, -value, 1e-20),
  logVariance: Float32Array.of(-value, 0, value, -30),
});

test('encodes each key once, gives back what was encoded, and reuses the place of what was replaced', async () => {
  const cache = new LatentCache(path, 4);
  const encoded: string[] = [];
  const get = (key: string, value: number, replaces?: string) =>
    cache.get(key, replaces, async () => {
      encoded.push(key);
      return distribution(value);
    });
  await get('a', 1);
  await get('b', 2);
  expect(await get('a', 99)).toEqual(distribution(1));
  expect(await get('b', 99)).toEqual(distribution(2));
  const size = statSync(path).size;
  await get('c', 3, 'a');
  expect(await get('c', 99)).toEqual(distribution(3));
  expect(await get('b', 99)).toEqual(distribution(2));
  expect(statSync(path).size).toBe(size);
  expect(await get('a', 4)).toEqual(distribution(4));
  expect(encoded).toEqual(['a', 'b', 'c', 'a']);
  cache.close();
  expect(existsSync(path)).toBe(false);
});
