/** @file The child process that prepares a dataset, run as one. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { PrepareJobInput } from '../../src/dataset/job.js';
import { readManifest } from '../../src/dataset/manifest.js';
import { type WorkerEvent, workerEvent } from '../../src/worker/events.js';
import { figurePng, godette, pixelBomb, writeInto } from '../dataset/sample-pictures.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lora-bridge-dataset-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** Runs the job to its end; `onEvent` may speak to the child. */
async function runJob(
  job: PrepareJobInput,
  onEvent: (event: WorkerEvent, child: ChildProcess) => void = () => undefined,
): Promise<{ events: WorkerEvent[]; status: unknown }> {
  const file = join(folder, 'job.json');
  await writeFile(file, JSON.stringify(job));
  const main = fileURLToPath(new URL('../../src/training/dataset-main.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', main, file], { stdio: ['pipe', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  const events: WorkerEvent[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    const event = workerEvent.parse(JSON.parse(line));
    events.push(event);
    onEvent(event, child);
  }
  const [status] = await exited;
  return { events, status };
}

test('a folder with a bad picture in it: progress, rejected, prepared, finished', async () => {
  await writeInto(folder, { 'a.png': await figurePng(0), 'bomb.png': pixelBomb(60_000) });
  const out = join(folder, 'dataset');
  const { events, status } = await runJob({ source: { folder }, out, resolution: 64 });
  expect(status).toBe(0);
  expect(events.map(({ type }) => type)).toEqual([
    ...['progress', 'progress', 'rejected', 'progress', 'progress'],
    ...['prepared', 'finished'],
  ]);
  expect(events.find(({ type }) => type === 'rejected')).toMatchObject({
    file: join(folder, 'bomb.png'),
    error: { code: 'input.picture.huge', retryable: false, hint: expect.any(String) },
  });
  const manifest = join(out, 'manifest.json');
  expect(events.at(-2)).toMatchObject({
    type: 'prepared',
    manifest,
    picturesPerFraming: { full: 1, upper: 1, face: 1 },
    report: { images: 1, notes: [{ kind: 'rejected' }, { kind: 'ignored' }] },
  });
  expect(events.at(-1)).toEqual({ type: 'finished', files: [manifest] });
  expect((await readManifest(manifest)).prompt).toBe('an illustration of a sks girl');
});

test('stops when asked to, and leaves no manifest', async () => {
  const out = join(folder, 'dataset');
  let isAsked = false;
  const { events, status } = await runJob({ source: { folder: godette }, out, resolution: 64 }, (event, child) => {
    // Once: while later events are read, the child may have ended.
    if (event.type === 'progress' && !isAsked) child.stdin?.write('stop\n');
    isAsked ||= event.type === 'progress';
  });
  expect(status).toBe(0);
  expect(events.at(-1)).toEqual({ type: 'stopped' });
  await expect(readManifest(join(out, 'manifest.json'))).rejects.toMatchObject({ code: 'ENOENT' });
});

test.each([
  ['an empty folder', 'input.dataset.empty', ''],
  ['no folder', 'input.file.missing', 'missing'],
])('%s is a failure called %s', async (_, code, path) => {
  const source = { folder: join(folder, path) };
  const { events, status } = await runJob({ source, out: join(folder, 'dataset'), resolution: 64 });
  expect(status).toBe(1);
  expect(events.at(-1)).toMatchObject({ type: 'failed', error: { code } });
});
