/** @file The first look at a shot, and the memory of decoded crops. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { CropCache } from '../../src/dataset/crop-cache.js';
import { inspectShot } from '../../src/dataset/inspect.js';
import { figurePng, godette, writeInto } from './sample-pictures.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lora-bridge-inspect-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('size and face of a shot', async () => {
  const file = join(godette, 'cheer_full_yaw40.png');
  const shot = { width: 768, height: 1024 };
  expect(await inspectShot(file, {})).toMatchObject({ ...shot, face: { source: 'detector' } });
  expect(await inspectShot(file, { yaw: 180 })).toMatchObject({ ...shot, face: { source: 'silhouette' } });
  const head = { x: 197, y: 42, width: 306, height: 374, confidence: 0.9 };
  expect(await inspectShot(file, { regions: { head } })).toEqual({ ...shot, face: { ...head, source: 'region' } });
});

test('a shot that is no picture is refused by name', async () => {
  const file = join(folder, 'shot.png');
  await writeFile(file, 'no picture');
  await expect(inspectShot(file, {})).rejects.toMatchObject({ code: 'input.picture.format', file });
});

test('decoded crops are kept within a number of bytes, the latest used longest', async () => {
  await writeInto(folder, { a: await figurePng(0, 64), b: await figurePng(60, 64), c: await figurePng(120, 64) });
  const loads: string[] = [];
  const pathOf = (file: string): string => {
    loads.push(file);
    return join(folder, file);
  };
  const cache = new CropCache(pathOf, 32, 2 * 32 * 32 * 4);
  for (const file of ['a', 'b', 'a', 'c', 'a', 'b']) await cache.get(file);
  expect(loads).toEqual(['a', 'b', 'c', 'b']);
  expect((await cache.get('a')).picture.width).toBe(32);
});
