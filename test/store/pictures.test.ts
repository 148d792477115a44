/** @file Pictures by their hash: one that is there already is not written again, as on Windows a reader would forbid it. */
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { Pictures } from '../../src/store/pictures.js';

const bytes = Buffer.from('the bytes of a picture');
const sha256 = createHash('sha256').update(bytes).digest('hex');

async function openPictures(): Promise<Pictures> {
  const folder = mkdtempSync(join(tmpdir(), 'lora-bridge-pictures-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return await Pictures.open(folder);
}

test('a picture sent again, or several times at once, is written once', async () => {
  const pictures = await openPictures();
  await Promise.all([pictures.put(sha256, bytes), pictures.put(sha256, bytes), pictures.put(sha256, bytes)]);
  const first = statSync(pictures.path(sha256));
  await pictures.put(sha256, bytes);
  expect(statSync(pictures.path(sha256)).ino).toBe(first.ino);
  expect(readFileSync(pictures.path(sha256))).toEqual(bytes);
  expect(readdirSync(pictures.path('temporary'))).toEqual([]);
});

test('a file of another size under that name is replaced', async () => {
  const pictures = await openPictures();
  writeFileSync(pictures.path(sha256), 'cut');
  await pictures.put(sha256, bytes);
  expect(readFileSync(pictures.path(sha256))).toEqual(bytes);
});
