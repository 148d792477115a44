/** @file Beginning and end of a daemon, wanted and unwanted, in processes of their own. */
import { createHash, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { z } from 'zod';
import { startDaemon } from '../../src/daemon/daemon.js';
import { Inspector } from '../../src/jobs/inspector.js';
import { JobQueue } from '../../src/jobs/job-queue.js';
import { homeAt } from '../../src/store/home.js';
import { takeLock } from '../../src/store/lock.js';
import { fakes } from './fakes.js';
import { connectIdentified, descriptorOf } from './raw-client.js';
import {
  connect,
  eventOf,
  shotNamed,
  someBytes,
  someOptions,
  startOwnProcess,
  startTestDaemon,
  temporaryFolder,
} from './support.js';

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

test('a second daemon on the same folder is refused, with the process that runs', async () => {
  const folder = temporaryFolder();
  const { child } = await startOwnProcess(folder);
  const { url } = await descriptorOf(homeAt(folder));
  const second = startDaemon({ home: folder, ...fakes });
  await expect(second).rejects.toMatchObject({
    code: 'state.daemon.running',
    message: expect.stringContaining(`process ${child.pid}, ${url}`),
  });
  // Its refusal has not harmed the first one.
  expect((await descriptorOf(homeAt(folder))).pid).toBe(child.pid);
  await connect(folder);
});

test('kill -9 right after the acknowledgements loses no shot; its descriptor is no hindrance', async () => {
  const folder = temporaryFolder();
  const { child, exited } = await startOwnProcess(folder);
  const client = await connect(folder, { reconnectSeconds: 0 });
  const acknowledged = new Map<string, Buffer>();
  const uploads = Array.from({ length: 200 }, async (_, n) => {
    const [shot, bytes] = [shotNamed(`shot ${n}`), someBytes(20_000)];
    await client.upload(shot, bytes);
    acknowledged.set(shot.id, bytes);
    if (acknowledged.size === 40) child.kill('SIGKILL');
  });
  await Promise.allSettled(uploads);
  expect((await exited)[1]).toBe('SIGKILL');
  expect(acknowledged.size).toBeGreaterThanOrEqual(40);
  expect(acknowledged.size).toBeLessThan(200);
  expect(existsSync(homeAt(folder).descriptor)).toBe(true);

  const { url, home } = await startTestDaemon({ home: folder });
  const again = await connect(folder);
  const { shots } = await again.request({ type: 'shot.list', character: 'Godette' });
  const { token } = await descriptorOf(home);
  for (const [id, bytes] of acknowledged) {
    const found = shots.filter((shot) => shot.id === id);
    expect(found).toHaveLength(1);
    const response = await fetch(`${url}${found[0]?.url}`, { headers: { authorization: `Bearer ${token}` } });
    expect(Buffer.from(await response.arrayBuffer()).equals(bytes)).toBe(true);
  }
  // What was not acknowledged may be there, but then it is whole.
  const pictures = shots.map(({ sha256 }) => [sha256, readFileSync(`${home.pictures}/${sha256}`)]);
  for (const [sha256, bytes] of pictures)
    expect(
      createHash('sha256')
        .update(bytes as Buffer)
        .digest('hex'),
    ).toBe(sha256);
});

test('kill -9 interrupts the running job, which resumes from its last checkpoint', async () => {
  const folder = temporaryFolder();
  const { child, exited } = await startOwnProcess(folder);
  const client = await connect(folder);
  await client.upload(shotNamed('walk'), someBytes());
  const job = randomUUID();
  const options = someOptions({ steps: 100_000, prompt: 'slow', previewEvery: 0 });
  await client.request({ type: 'job.start', job, character: 'Godette', options });
  let step = 0;
  client.on('progress', (message) => {
    if (message.type === 'job.step') step = message.step;
  });
  while (step < 12) await delay(10);
  child.kill('SIGKILL');
  await exited;

  await startTestDaemon({ home: folder });
  // The same client reconnects by itself, and receives what happened.
  expect(await eventOf(client, 'job.finished')).toMatchObject({ job, state: 'interrupted', resumable: true });
  await client.request({ type: 'job.resume', job });
  step = 0;
  while (step === 0) await delay(10);
  expect(step).toBeGreaterThan(10);
  expect(client.seen.filter(({ type }) => type === 'job.prepared')).toHaveLength(1);
  const sequences = client.seen.map(({ sequence }) => sequence);
  expect(sequences).toEqual([...new Set(sequences)].sort((a, b) => a - b));
});

test.runIf(process.platform === 'linux')(
  'SIGTERM ends it cleanly: the job writes a checkpoint, no child is left, the descriptor is gone',
  async () => {
    const folder = temporaryFolder();
    const { child, exited } = await startOwnProcess(folder);
    const client = await connect(folder, { reconnectSeconds: 0 });
    await client.upload(shotNamed('walk'), someBytes());
    await eventOf(client, 'shot.inspected');
    const job = randomUUID();
    const options = someOptions({ steps: 100_000, prompt: 'slow', checkpointEvery: 100_000, previewEvery: 0 });
    const started = await client.request({ type: 'job.start', job, character: 'Godette', options });
    await eventOf(client, 'job.changed', ({ state }) => state === 'running');
    const children = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8')
      .trim()
      .split(' ')
      .map(Number);
    expect(children.length).toBeGreaterThan(0);
    child.kill('SIGTERM');
    // The end of the job reaches the client before the connection ends.
    expect(await eventOf(client, 'job.finished')).toMatchObject({ job, state: 'interrupted', resumable: true });
    expect(await exited).toEqual([0, null]);
    expect(children.filter(isAlive)).toEqual([]);
    expect(existsSync(homeAt(folder).descriptor)).toBe(false);
    const checkpoints = z.string().parse(started.job.out);
    expect(existsSync(`${checkpoints}/checkpoints`)).toBe(true);
  },
);

test('daemon.stop answers, then ends it', async () => {
  const folder = temporaryFolder();
  const { exited } = await startOwnProcess(folder);
  const client = await connect(folder, { reconnectSeconds: 0 });
  expect(await client.request({ type: 'daemon.stop' })).toMatchObject({ type: 'done' });
  expect(await exited).toEqual([0, null]);
});

test('idle exit: not with a client or a job, but soon after the last of them', async () => {
  const folder = temporaryFolder();
  const { exited } = await startOwnProcess(folder, 0.5);
  let ended = false;
  void exited.then(() => {
    ended = true;
  });
  const client = await connect(folder, { reconnectSeconds: 0 });
  await client.upload(shotNamed('walk'), someBytes());
  await delay(1200);
  expect(ended).toBe(false);
  const job = randomUUID();
  const options = someOptions({ steps: 100, prompt: 'slow', previewEvery: 0 });
  const { out = '' } = (await client.request({ type: 'job.start', job, character: 'Godette', options })).job;
  await client.close();
  expect(await exited).toEqual([0, null]);
  // It ended only once the job was done.
  expect(existsSync(`${out}/lora.safetensors`)).toBe(true);
});

test('a daemon can be started again in the same process', async () => {
  const first = await startTestDaemon();
  await first.stop();
  await first.closed;
  const second = await startTestDaemon({ home: first.home.folder });
  await connect(second.home.folder);
});

test('a failing step of the end does not skip the rest: the lock is released, connections are closed, the failure is logged', async () => {
  const daemon = await startTestDaemon();
  const { home, closed } = daemon;
  const client = await connectIdentified(home);
  // What is in the way of the descriptor and of the running job cannot be cleared; the inspector's end fails, too.
  rmSync(home.descriptor);
  mkdirSync(home.descriptor);
  vi.spyOn(JobQueue.prototype, 'close').mockRejectedValueOnce(new Error('the queue is stuck'));
  vi.spyOn(Inspector.prototype, 'close').mockRejectedValueOnce(new Error('the inspector is stuck'));
  await daemon.stop();
  await closed;
  expect(await client.closed).toBe(1001);
  const lock = takeLock(home.lock);
  expect(lock).toBeDefined();
  lock?.release();
  const log = readFileSync(join(home.logs, 'daemon.log'), 'utf8');
  expect(log).toContain('the queue is stuck');
  expect(log).toContain('the inspector is stuck');
});

test('a daemon that starts while another one stops waits for the data folder', async () => {
  const first = await startTestDaemon();
  const client = await connect(first.home.folder);
  await client.upload(shotNamed('walk'), someBytes());
  const options = someOptions({ steps: 100_000, prompt: 'deaf', previewEvery: 0 });
  await client.request({ type: 'job.start', job: randomUUID(), character: 'Godette', options });
  await eventOf(client, 'job.changed', ({ state }) => state === 'running');
  // A job that does not react holds up the end; its descriptor is gone at once.
  const stopping = first.stop();
  while (existsSync(first.home.descriptor)) await delay(10);
  const second = await startTestDaemon({ home: first.home.folder });
  await stopping;
  expect((await descriptorOf(second.home)).url).toBe(second.url);
}, 60_000);
