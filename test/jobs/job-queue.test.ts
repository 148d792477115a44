/** @file The queue with real processes: every way in which a job can end. */
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { uptime } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { trainOptions } from '../../src/protocol/train-options.js';
import { shotOf, someBytes } from '../store/support.js';
import { fake, openQueue, statesOf, temporaryHome } from './support.js';

test('runs jobs one after the other, in their order', async () => {
  const { queue, store, start, reaches } = await openQueue();
  const first = await start();
  const second = await start();
  expect(queue.describe(second).state).toBe('queued');
  await reaches(second, 'succeeded');
  const finished = store.events.after(0, 1000).filter(({ type }) => type === 'job.finished');
  expect(finished).toMatchObject([{ job: first }, { job: second }]);
  expect(queue.list(1000).items.map(({ id }) => id)).toEqual([second, first]);
  expect(queue.busy).toBe(false);
});

test('starts a job once, however often it is asked to', async () => {
  const { queue, store, start, reaches } = await openQueue();
  const id = await start();
  await start({}, id);
  await reaches(id, 'succeeded');
  await start({}, id);
  expect(queue.list(1000).items).toHaveLength(1);
  expect(statesOf(store, id)).toEqual(['queued', 'preparing', 'running', 'succeeded']);
  await expect(start({ steps: 11 }, id)).rejects.toMatchObject({ code: 'state.job.exists' });
});

test('a queue that only looks after jobs leaves them for one that runs them', async () => {
  const home = temporaryHome();
  const looking = await openQueue(home, { runsJobs: false });
  const id = await looking.start();
  await looking.close();
  expect(statesOf((await openQueue(home, { runsJobs: false })).store, id)).toEqual(['queued']);
  const working = await openQueue(home);
  await working.reaches(id, 'succeeded');
});

test('cancels a queued job without starting it', async () => {
  const { queue, store, start, reaches } = await openQueue();
  const first = await start({ prompt: 'slow', steps: 10_000 });
  const second = await start();
  expect(await queue.stop(second)).toMatchObject({ state: 'cancelled', resumable: true });
  expect(statesOf(store, second)).toEqual(['queued', 'cancelled']);
  await reaches(first, 'running');
  await queue.stop(first);
  await reaches(first, 'cancelled');
});

test('stops a running job with a checkpoint, from which it resumes', async () => {
  const { queue, store, start, reaches } = await openQueue();
  const id = await start({ prompt: 'slow', steps: 10_000 });
  await reaches(id, 'running');
  while ((queue.describe(id).step ?? 0) < 7) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(await queue.stop(id)).toMatchObject({ state: 'stopping' });
  await reaches(id, 'cancelled');
  const { step = 0 } = queue.describe(id);
  expect(step).toBeGreaterThanOrEqual(7);
  queue.resume(id);
  await reaches(id, 'running');
  while ((queue.describe(id).step ?? 0) <= step) await new Promise((resolve) => setTimeout(resolve, 10));
  await queue.stop(id);
  await reaches(id, 'cancelled');
  // The dataset was not prepared a second time.
  const prepared = store.events.after(0, 1000).filter(({ type }) => type === 'job.prepared');
  expect(prepared).toHaveLength(1);
});

test('kills a job that does not stop in time', async () => {
  const { queue, start, reaches } = await openQueue(temporaryHome(), { stopSeconds: 0.2 });
  const id = await start({ prompt: 'deaf', steps: 10_000 });
  await reaches(id, 'running');
  await queue.stop(id);
  await reaches(id, 'cancelled');
  expect(queue.describe(id).error?.code).toBe('trainer.hung');
});

test('an end is final: stopping changes nothing, resuming a success is refused', async () => {
  const { queue, start, reaches } = await openQueue();
  const id = await start();
  await reaches(id, 'succeeded');
  expect(await queue.stop(id)).toMatchObject({ state: 'succeeded' });
  expect(() => queue.resume(id)).toThrowError(expect.objectContaining({ code: 'state.job.final' }));
});

test.skipIf(process.platform === 'win32')(
  'reports how a child failed: with its own error, with an exit code, by a signal',
  async () => {
    const { queue, start, reaches } = await openQueue();
    const empty = await start({ prompt: 'no pictures' });
    const crashed = await start({ prompt: 'crash' });
    const died = await start({ prompt: 'die' });
    await reaches(died, 'failed');
    expect(queue.describe(empty)).toMatchObject({ state: 'failed', error: { code: 'input.dataset.empty' } });
    const { error } = queue.describe(crashed);
    expect(error).toMatchObject({ code: 'trainer.crashed', message: expect.stringContaining('out of luck') });
    expect(error?.message).toContain('exit code 3');
    expect(queue.describe(died).error).toMatchObject({
      code: 'trainer.crashed',
      message: expect.stringContaining('SIGKILL'),
      hint: expect.stringContaining('memory'),
    });
  },
);

test.skipIf(process.platform === 'win32')('reports native code that crashed on a graphics device', async () => {
  const { queue, start, reaches } = await openQueue();
  const [onGpu, onCpu] = [await start({ prompt: 'break on cuda' }), await start({ prompt: 'break on cpu' })];
  await reaches(onCpu, 'failed');
  expect(queue.describe(onGpu).error).toMatchObject({
    code: 'resource.device.lost',
    message: expect.stringMatching(/cuda.*SIGABRT/),
    hint: expect.stringContaining('Resume'),
  });
  expect(queue.describe(onCpu).error).toMatchObject({ code: 'trainer.crashed' });
});

test('a program that is not there fails the job, not the queue', async () => {
  const { queue, start, reaches } = await openQueue(temporaryHome(), { engine: 'absent' });
  const id = await start();
  await reaches(id, 'failed');
  expect(queue.describe(id).error).toMatchObject({
    code: 'trainer.crashed',
    message: expect.stringContaining('absent'),
  });
});

test('a clean end of the daemon interrupts the running job and keeps the queued one', async () => {
  const earlier = await openQueue();
  const running = await earlier.start({ prompt: 'slow', steps: 10_000 });
  const queued = await earlier.start();
  await earlier.reaches(running, 'running');
  await earlier.close();

  const { queue, reaches } = await openQueue(earlier.home);
  expect(queue.describe(running)).toMatchObject({ state: 'interrupted', resumable: true });
  await reaches(queued, 'succeeded');
});

test('a job that a killed daemon left is interrupted, and waits for the child that still writes', async () => {
  const home = temporaryHome();
  const earlier = await openQueue(home);
  const id = await earlier.start({ prompt: 'slow', steps: 10_000 });
  await earlier.reaches(id, 'running');
  await earlier.close();
  // What the database says after a kill: the job runs, in a process that happens to be this one.
  const left = await openQueue(home);
  left.store.database.write("UPDATE jobs SET state = 'running' WHERE id = ?", id);
  left.store.jobs.setWorker(id, { pid: process.pid, bootedAt: Date.now() / 1000 - uptime() });
  await left.close();

  const { queue, reaches } = await openQueue(home, { stopSeconds: 0.2 });
  expect(queue.describe(id)).toMatchObject({ state: 'interrupted', resumable: true });
  queue.resume(id);
  await reaches(id, 'failed');
  expect(queue.describe(id).error).toMatchObject({ code: 'state.run.busy' });
});

/** Sets the time of every file below a folder. */
function setTimes(folder: string, seconds: number): void {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    utimesSync(join(entry.parentPath, entry.name), seconds, seconds);
  }
}

test.each([
  ['long ago', 1],
  ['in the future', 4e9],
])('resumes from its own checkpoint, even where the clock says that it was written %s', async (_, seconds) => {
  const { queue, store, start, reaches } = await openQueue();
  const id = await start({ prompt: 'slow', steps: 10_000 });
  await reaches(id, 'running');
  while ((queue.describe(id).step ?? 0) < 7) await delay(10);
  await queue.stop(id);
  await reaches(id, 'cancelled');
  const { step = 0, out = '' } = queue.describe(id);
  setTimes(out, seconds);
  queue.resume(id);
  await reaches(id, 'running');
  while ((queue.describe(id).step ?? 0) <= step) await delay(10);
  await queue.stop(id);
  await reaches(id, 'cancelled');
  expect(store.events.after(0, 1000).filter(({ type }) => type === 'job.prepared')).toHaveLength(1);
});

test('the folder of a job that has not ended is refused to another; that of an ended one is taken over, for good', async () => {
  const { queue, home, start, reaches } = await openQueue();
  const first = await start({ prompt: 'slow', steps: 10_000 });
  await reaches(first, 'running');
  while ((queue.describe(first).step ?? 0) < 7) await delay(10);
  const { out = '' } = queue.describe(first);
  const other = randomUUID();
  const options = trainOptions.parse({ steps: 10, checkpointEvery: 5, previewEvery: 0 });
  const startThere = () =>
    queue.start({ type: 'job.start', request: '1', job: other, character: 'Mina', folder: home.folder, out, options });
  await expect(startThere()).rejects.toMatchObject({ code: 'state.run.taken', file: out });
  await queue.stop(first);
  await reaches(first, 'cancelled');

  await startThere();
  expect(() => queue.resume(first)).toThrowError(expect.objectContaining({ code: 'state.run.taken' }));
  await reaches(other, 'succeeded');
  // Had it resumed from the other's checkpoint, it would have been done at once.
  expect(JSON.parse(readFileSync(join(out, 'engine-job.json'), 'utf8'))).not.toHaveProperty('resume');
  queue.resume(first);
  await reaches(first, 'failed');
  expect(queue.describe(first).error).toMatchObject({
    code: 'state.run.taken',
    message: expect.stringContaining(other),
  });
});

test('the same job started twice at the same time is one job; with other shots it is another', async () => {
  const { queue, store, home } = await openQueue(undefined, { runsJobs: false });
  const start = { type: 'job.start', request: '1', character: 'Godette', options: trainOptions.parse({}) } as const;
  const onFolder = { ...start, job: randomUUID(), folder: home.folder };
  const both = await Promise.all([queue.start(onFolder), queue.start(onFolder)]);
  expect(both.map(({ state }) => state)).toEqual(['queued', 'queued']);
  expect(statesOf(store, onFolder.job)).toEqual(['queued']);

  const shots = ['a', 'b'].map((name) => shotOf(someBytes(), { name }));
  for (const shot of shots) store.shots.add(shot);
  const [a = '', b = ''] = shots.map(({ id }) => id);
  const onShots = { ...start, job: randomUUID(), shots: [a] };
  await queue.start(onShots);
  await queue.start(onShots);
  await expect(queue.start({ ...onShots, shots: [a, b] })).rejects.toMatchObject({ code: 'state.job.exists' });
  const { shots: _, ...chosenByDaemon } = onShots;
  await expect(queue.start(chosenByDaemon)).rejects.toMatchObject({ code: 'state.job.exists' });
});

test('a job that is being removed is gone: it cannot be resumed, nor removed twice', async () => {
  const { queue, store, start, reaches } = await openQueue();
  const id = await start({ prompt: 'slow', steps: 10_000 });
  await reaches(id, 'running');
  await queue.stop(id);
  await reaches(id, 'cancelled');
  const { out = '' } = queue.describe(id);
  const removing = [queue.remove(id), queue.remove(id)];
  expect(() => queue.resume(id)).toThrowError(expect.objectContaining({ code: 'state.job.unknown' }));
  await Promise.all(removing);
  expect(existsSync(out)).toBe(false);
  expect(queue.busy).toBe(false);
  expect(store.events.after(0, 1000).filter(({ type }) => type === 'job.removed')).toHaveLength(1);
});

test('what a crash left of a removed job is deleted at the next start, but not under a new job of the same id', async () => {
  const home = temporaryHome();
  const earlier = await openQueue(home);
  const [gone, again] = [randomUUID(), randomUUID()].map((id) => join(home.runs, id));
  for (const folder of [gone, again]) mkdirSync(join(folder ?? '', 'samples'), { recursive: true });
  earlier.store.database.transaction(() => {
    for (const folder of [gone, again]) earlier.store.garbage.add(folder ?? '');
  });
  const id = basename(again ?? '');
  await earlier.start({}, id);
  await earlier.reaches(id, 'succeeded');
  await earlier.close();
  await openQueue(home);
  await expect.poll(() => existsSync(gone ?? '')).toBe(false);
  expect(existsSync(join(again ?? '', 'lora.safetensors'))).toBe(true);
});

test('does not resume from the checkpoint of another run in the same folder', async () => {
  const { queue, store, home, start, reaches } = await openQueue();
  const id = randomUUID();
  const old = join(home.runs, id, 'checkpoints', 'step-009000');
  mkdirSync(old, { recursive: true });
  writeFileSync(join(old, 'state.json'), JSON.stringify({ run: randomUUID(), step: 9000 }));
  mkdirSync(join(home.runs, id, 'dataset'));
  writeFileSync(join(home.runs, id, 'dataset', 'manifest.json'), '{}');
  await start({}, id);
  await reaches(id, 'succeeded');
  expect(queue.describe(id).step).toBe(10);
  expect(store.jobs.get(id)?.worker).toBeNull();
});

test('removes an ended job with its run folder, but no active one', async () => {
  const { queue, store, start, reaches } = await openQueue();
  const id = await start({ prompt: 'slow', steps: 10_000 });
  await reaches(id, 'running');
  await expect(queue.remove(id)).rejects.toMatchObject({ code: 'state.job.active' });
  await queue.stop(id);
  await reaches(id, 'cancelled');
  const { out = '' } = queue.describe(id);
  expect(existsSync(out)).toBe(true);
  await queue.remove(id);
  await queue.remove(id);
  expect(existsSync(out)).toBe(false);
  expect(queue.describe(id).state).toBe('unknown');
  expect(store.events.after(0, 1000).at(-1)).toMatchObject({ type: 'job.removed', job: id });
});

test('refuses a job without shots, or on a folder that is not there', async () => {
  const { queue } = await openQueue();
  const start = { type: 'job.start', request: '1', character: 'Nobody', options: trainOptions.parse({}) } as const;
  await expect(queue.start({ ...start, job: randomUUID() })).rejects.toMatchObject({ code: 'state.shot.none' });
  await expect(queue.start({ ...start, job: randomUUID(), shots: [randomUUID()] })).rejects.toMatchObject({
    code: 'state.shot.unknown',
  });
  await expect(queue.start({ ...start, job: randomUUID(), folder: fake('absent') })).rejects.toMatchObject({
    code: 'input.file.missing',
  });
});
