/**
 * @file A disk that is really full: a small tmpfs, which only root may mount. Without root these tests are skipped, not passed.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { connect, eventOf, shotNamed, someBytes, someOptions, startTestDaemon } from './support.js';

function mountSmallDisk(): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'lora-bridge-disk-'));
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=16m,mode=700', 'tmpfs', folder]).status === 0;
  if (mounted) return folder;
  rmSync(folder, { recursive: true });
  return undefined;
}

function unmount(folder: string): void {
  execFileSync('umount', ['-l', folder]);
  rmSync(folder, { recursive: true });
}

const trial = process.platform === 'linux' ? mountSmallDisk() : undefined;
if (trial !== undefined) unmount(trial);

function smallDisk(): string {
  const folder = mountSmallDisk();
  if (folder === undefined) throw new Error('The disk could be mounted a moment ago.');
  onTestFinished(() => unmount(folder));
  return folder;
}

/** Takes every byte that is left; returns what frees them again. */
function fill(folder: string): () => void {
  const path = join(folder, 'filler');
  const file = openSync(path, 'w');
  for (let size = 1 << 20; size > 0; ) {
    try {
      writeSync(file, Buffer.alloc(size));
    } catch {
      size >>= 1;
    }
  }
  closeSync(file);
  return () => rmSync(path);
}

describe.skipIf(trial === undefined)('on a full disk (needs root to mount one)', () => {
  test('shots are refused by name, none that was acknowledged is lost, and the daemon keeps running', async () => {
    const { home } = await startTestDaemon({ home: smallDisk() });
    const client = await connect(home.folder);
    const uploads = Array.from({ length: 40 }, (_, n) => ({ shot: shotNamed(`shot ${n}`), bytes: someBytes(300_000) }));
    const results = await Promise.allSettled(uploads.map(({ shot, bytes }) => client.upload(shot, bytes)));
    const stored = uploads.filter((_, n) => results[n]?.status === 'fulfilled');
    expect(stored.length).toBeGreaterThan(5);
    expect(stored.length).toBeLessThan(40);
    for (const result of results) {
      if (result.status === 'rejected') {
        expect(result.reason).toMatchObject({ code: 'resource.disk.full', retryable: true, hint: expect.any(String) });
      }
    }
    const { shots } = await client.request({ type: 'shot.list', character: 'Godette' });
    expect(shots.map(({ id }) => id).sort()).toEqual(stored.map(({ shot }) => shot.id).sort());
    for (const { shot, bytes } of stored) {
      const sha256 = shots.find(({ id }) => id === shot.id)?.sha256 ?? '';
      expect(readFileSync(join(home.pictures, sha256)).equals(bytes)).toBe(true);
    }
    await client.request({ type: 'shot.remove', shots: stored.map(({ shot }) => shot.id) });
    const refused = uploads.find(({ shot }) => !stored.some((other) => other.shot.id === shot.id));
    expect(await client.upload(refused?.shot ?? shotNamed(''), refused?.bytes ?? someBytes())).toBe('stored');
  });

  test('a database that cannot grow refuses new jobs, and reports the end of a running one once it can', async () => {
    const { home } = await startTestDaemon({ home: smallDisk() });
    const client = await connect(home.folder);
    await client.upload(shotNamed('walk'), someBytes());
    const job = randomUUID();
    const start = { type: 'job.start', character: 'Godette' } as const;
    const options = someOptions({ prompt: 'slow', steps: 100_000, checkpointEvery: 100_000, previewEvery: 0 });
    await client.request({ ...start, job, options });
    await eventOf(client, 'job.changed', ({ state }) => state === 'running');
    const free = fill(home.folder);
    const long = someOptions({ previewPrompt: 'x'.repeat(4000) });
    const requests = Array.from({ length: 100 }, () => client.request({ ...start, job: randomUUID(), options: long }));
    const refused = (await Promise.allSettled(requests)).filter(({ status }) => status === 'rejected');
    expect(refused.length).toBeGreaterThan(0);
    for (const result of refused) expect(result).toMatchObject({ reason: { code: 'resource.disk.full' } });

    const stopping = client.request({ type: 'job.stop', job });
    await delay(500);
    expect(client.seen.filter(({ type }) => type === 'job.finished')).toEqual([]);
    free();
    await stopping;
    expect(await eventOf(client, 'job.finished', (event) => event.job === job)).toMatchObject({ state: 'cancelled' });
  });
});
