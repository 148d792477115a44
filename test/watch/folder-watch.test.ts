/** @file A watched folder, with real files and a real watcher. */
import { appendFile, cp, mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { FolderWatch, type ReadyCharacter } from '../../src/watch/folder-watch.js';
import { writeTrained } from '../../src/watch/trained-record.js';
import { figurePng, writeInto } from '../dataset/sample-pictures.js';

const debounceSeconds = 0.3;

let root: string;
let watches: FolderWatch[];
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'lora-bridge-watch-'));
  watches = [];
});
afterEach(async () => {
  for (const watch of watches) await watch.close();
  await rm(root, { recursive: true });
});

interface Emitted {
  readonly ready: ReadyCharacter[];
  readonly rejected: string[];
  readonly failed: string[];
}

/** Starts to watch; its events are collected. */
async function watchRoot(incompleteSeconds = 1): Promise<Emitted> {
  const emitted: Emitted = { ready: [], rejected: [], failed: [] };
  const watch = await FolderWatch.open({ root, debounceSeconds, incompleteSeconds });
  watches.push(watch);
  watch.on('ready', (ready) => emitted.ready.push(ready));
  watch.on('rejected', (_, file, { code }) => emitted.rejected.push(`${file} ${code}`));
  watch.on('failed', (folder, { code }) => emitted.failed.push(`${folder} ${code}`));
  return emitted;
}

/** Waits, generously, until a character has become ready for the nth time. */
async function untilReady(emitted: Emitted, times: number): Promise<ReadyCharacter> {
  await expect.poll(() => emitted.ready.length, { timeout: 20_000 }).toBeGreaterThanOrEqual(times);
  const ready = emitted.ready[times - 1];
  if (ready === undefined) throw new Error('not ready');
  return ready;
}

/** Long enough for any event to have been emitted. */
const settle = () => new Promise((resolve) => setTimeout(resolve, debounceSeconds * 1000 * 5));

async function character(name: string, files: Record<string, string | Uint8Array>): Promise<string> {
  const folder = join(root, name);
  await mkdir(folder, { recursive: true });
  await writeInto(folder, files);
  return folder;
}

describe('a character becomes ready', () => {
  test('once its folder is quiet, once for many pictures; again when a picture comes or goes', async () => {
    const emitted = await watchRoot();
    const folder = await character('miku', { 'a.png': await figurePng(0), 'b.png': await figurePng(90) });
    const first = await untilReady(emitted, 1);
    expect(first).toMatchObject({ character: 'miku', folder });
    await writeTrained(folder, first.fingerprint);
    await settle();
    expect(emitted.ready).toHaveLength(1);

    await writeInto(folder, { 'c.png': await figurePng(180) });
    const second = await untilReady(emitted, 2);
    expect(second.fingerprint).not.toBe(first.fingerprint);
    await writeTrained(folder, second.fingerprint);

    await rm(join(folder, 'c.png'));
    expect((await untilReady(emitted, 3)).fingerprint).toBe(first.fingerprint);
    expect(emitted).toMatchObject({ rejected: [], failed: [] });
  });

  test('when a caption changes', async () => {
    const folder = await character('miku', { 'a.png': await figurePng(0) });
    const emitted = await watchRoot();
    await untilReady(emitted, 1);
    await writeInto(folder, { 'a.txt': 'a girl' });
    await untilReady(emitted, 2);
  });

  test("when an image in one of kohya's folders changes", async () => {
    const folder = await character('miku', { 'a.png': await figurePng(0) });
    const emitted = await watchRoot();
    await untilReady(emitted, 1);
    await character(join('miku', '10_miku girl'), { 'b.png': await figurePng(90) });
    const { fingerprint } = await untilReady(emitted, 2);
    await rename(join(folder, '10_miku girl'), join(folder, '5_miku girl'));
    expect((await untilReady(emitted, 3)).fingerprint).not.toBe(fingerprint);
  });

  test.skipIf(process.platform === 'win32')('where its folder is a link', async () => {
    const elsewhere = await mkdtemp(join(tmpdir(), 'lora-bridge-linked-'));
    onTestFinished(() => rm(elsewhere, { recursive: true }));
    await writeInto(elsewhere, { 'a.png': await figurePng(0) });
    await symlink(elsewhere, join(root, 'miku'));
    expect(await untilReady(await watchRoot(), 1)).toMatchObject({ character: 'miku', folder: join(root, 'miku') });
  });

  test.skipIf(process.platform === 'win32')('next to links that loop, dangle or pass through a file', async () => {
    await writeFile(join(root, 'file.txt'), '');
    await symlink(join(root, 'loop'), join(root, 'loop'));
    await symlink(join(root, 'nowhere'), join(root, 'dangling'));
    await symlink(join(root, 'file.txt', 'inside'), join(root, 'through'));
    await character('miku', { 'a.png': await figurePng(0) });
    expect(await untilReady(await watchRoot(), 1)).toMatchObject({ character: 'miku' });
  });

  test('each for itself', async () => {
    await character('miku', { 'a.png': await figurePng(0) });
    await character('rin', { 'a.png': await figurePng(50) });
    const emitted = await watchRoot();
    await untilReady(emitted, 2);
    expect(emitted.ready.map((ready) => ready.character).sort()).toEqual(['miku', 'rin']);
  });
});

describe('nothing to train', () => {
  test('a rename, a copy, our own files, other files and pictures next to the characters', async () => {
    const folder = await character('miku', { 'a.png': await figurePng(0), 'b.png': await figurePng(90) });
    const emitted = await watchRoot();
    const { fingerprint } = await untilReady(emitted, 1);
    await writeTrained(folder, fingerprint);
    await rename(join(folder, 'a.png'), join(folder, 'z.png'));
    await cp(join(folder, 'z.png'), join(folder, 'zz.png'));
    await mkdir(join(folder, 'lora'));
    await writeInto(folder, {
      'lora/miku.safetensors': 'LoRA',
      'lora/sheet.png': await figurePng(33),
      'notes.md': 'x',
    });
    await writeInto(root, { 'stray.png': await figurePng(44) });
    await settle();
    expect(emitted).toMatchObject({ ready: [{ character: 'miku' }], rejected: [], failed: [] });
  });

  test('a folder that was trained before a restart, or that was renamed since', async () => {
    const folder = await character('miku', { 'a.png': await figurePng(0) });
    const { fingerprint } = await untilReady(await watchRoot(), 1);
    await writeTrained(folder, fingerprint);
    await watches.pop()?.close();
    await rename(folder, join(root, 'hatsune'));
    const emitted = await watchRoot();
    await settle();
    expect(emitted.ready).toEqual([]);
  });

  test('an empty folder', async () => {
    const emitted = await watchRoot();
    await character('miku', { 'readme.txt': 'no pictures yet' });
    await settle();
    expect(emitted).toEqual({ ready: [], rejected: [], failed: [] });
  });
});

describe('pictures in the making', () => {
  test('what changed while no watch ran becomes ready after a restart', async () => {
    const folder = await character('miku', { 'a.png': await figurePng(0) });
    const { fingerprint } = await untilReady(await watchRoot(), 1);
    await writeTrained(folder, fingerprint);
    await watches.pop()?.close();
    await writeInto(folder, { 'b.png': await figurePng(90) });
    expect((await untilReady(await watchRoot(), 1)).fingerprint).not.toBe(fingerprint);
  });

  test('a half-written picture is waited for, and never read half', async () => {
    const bytes = await figurePng(90);
    const folder = await character('miku', { 'a.png': await figurePng(0), 'b.png': bytes.subarray(0, 500) });
    const emitted = await watchRoot(60);
    await settle();
    expect(emitted).toEqual({ ready: [], rejected: [], failed: [] });
    await appendFile(join(folder, 'b.png'), bytes.subarray(500));
    const { fingerprint } = await untilReady(emitted, 1);
    expect(emitted.rejected).toEqual([]);

    // The same two pictures, written in one go elsewhere, are the same dataset.
    await character('rin', { 'x.png': bytes, 'y.png': await figurePng(0) });
    expect((await untilReady(emitted, 2)).fingerprint).toBe(fingerprint);
  });

  test('one that is never finished is given up and reported, and the rest is trained', async () => {
    const folder = await character('miku', { 'a.png': await figurePng(0), 'b.png': Buffer.alloc(0) });
    const emitted = await watchRoot();
    await untilReady(emitted, 1);
    expect(emitted.rejected).toEqual([`${join(folder, 'b.png')} input.picture.empty`]);
  });

  test('a description that cannot be read is reported once; when it is corrected, the folder is ready', async () => {
    const folder = await character('miku', { 'a.png': await figurePng(0), 'a.shot.json': '{"pose"' });
    const emitted = await watchRoot(0);
    await expect.poll(() => emitted.failed, { timeout: 20_000 }).toEqual([`${folder} input.dataset.sidecar`]);
    await writeFile(join(folder, 'a.shot.json'), '{"pose": "walk"}');
    await untilReady(emitted, 1);
    expect(emitted.failed).toHaveLength(1);
  });
});

test('a character whose folder is removed in the middle is forgotten', async () => {
  const emitted = await watchRoot();
  const folder = await character('miku', { 'a.png': await figurePng(0) });
  await rm(folder, { recursive: true });
  await settle();
  expect(emitted).toEqual({ ready: [], rejected: [], failed: [] });
  await character('miku', { 'a.png': await figurePng(0) });
  await untilReady(emitted, 1);
});

test('a folder that does not exist cannot be watched', async () => {
  const missing = join(root, 'missing');
  await expect(FolderWatch.open({ root: missing, debounceSeconds, incompleteSeconds: 1 })).rejects.toMatchObject({
    code: 'input.file.missing',
    file: missing,
  });
});
