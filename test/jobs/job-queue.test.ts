/** @file The queue with real processes: every way in which a job can end. */
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { uptime } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { trainOptions } from '../../src/protocol/train-options.js';
import { fake, openQueue, statesOf, temporaryHome } from './support.js';

test('runs jobs one after the other, in their order', async () => {
  const { queue, store, start, reaches } = await openQueue();
  const first = await start();
  const second = await start();
  expect(queue.describe(second).state).toBe('queued');
  await reaches(second, 'succeeded');
  const finished = store.events.after(0, 1000).filter(({ type }) => type === 'job.finished');
  expect(finished).toMatchObject([{ job: first }, { job: second }]);
  expect(queue.list().map(({ id }) => id)).toEqual([second, first]);
  expect(queue.busy).toBe(false);
});

test('starts a job once, however often it is asked to', async () => {
  const { queue, store, start, reaches } = await openQueue();
  const id = await start();
  await start({}, id);
  await reaches(id, 'succeeded');
  await start({}, id);
  expect(queue.list()).toHaveLength(1);
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

test('does not resume from the checkpoint of another run in the same folder', async () => {
  const { queue, store, home, start, reaches } = await openQueue();
  const id = randomUUID();
  const old = join(home.runs, id, 'checkpoints', 'step-009000');
  mkdirSync(old, { recursive: true });
  writeFileSync(join(old, 'state.json'), '{}');
  utimesSync(join(old, 'state.json'), 1, 1);
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
