/** @file What a person corrects about shots, and the base models that are offered. */
import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { datasetJobFor } from '../../src/jobs/dataset-job.js';
import { trainOptions } from '../../src/protocol/train-options.js';
import { openQueue } from '../jobs/support.js';
import { connect, eventOf, shotNamed, someBytes, someOptions, startTestDaemon } from './support.js';

const head = { x: 10, y: 12.5, width: 20, height: 21, confidence: 1 };

test('a caption and a face are corrected, announced, and kept over a restart', async () => {
  const daemon = await startTestDaemon();
  const client = await connect(daemon.home.folder);
  const found = { ...head, x: 1, confidence: 0.3 };
  const shot = { ...shotNamed('walk'), pose: 'walking', regions: { head: found, leftHand: found } };
  await client.upload(shot, someBytes());
  await eventOf(client, 'shot.inspected');
  const change = { type: 'shot.change', shot: shot.id, caption: 'a sks girl, walking', head } as const;
  const { shot: changed } = await client.request(change);
  const face = { ...head, source: 'region' };
  expect(changed).toMatchObject({
    caption: change.caption,
    regions: { head, leftHand: found },
    face,
    state: 'inspected',
  });
  expect(changed.excluded).toBeUndefined();
  expect(await eventOf(client, 'shot.changed')).toMatchObject({
    shot: shot.id,
    name: 'walk',
    excluded: false,
    caption: change.caption,
    face,
  });
  await daemon.stop();

  const again = await startTestDaemon({ home: daemon.home.folder });
  const later = await connect(again.home.folder);
  expect((await later.request({ type: 'shot.list', character: 'Godette' })).shots).toEqual([changed]);
  // An empty caption is taken back; the rest stays.
  const { shot: bare } = await later.request({ type: 'shot.change', shot: shot.id, caption: '' });
  expect(bare).toMatchObject({ regions: { head }, pose: 'walking' });
  expect(bare.caption).toBeUndefined();
  await expect(later.request({ type: 'shot.change', shot: randomUUID() })).rejects.toMatchObject({
    code: 'state.shot.unknown',
  });
});

test('a head that is drawn before the shot was inspected is not lost', async () => {
  const { home } = await startTestDaemon();
  const client = await connect(home.folder);
  const shot = shotNamed('walk');
  await client.upload(shot, someBytes());
  await client.request({ type: 'shot.change', shot: shot.id, head });
  const inspected = async () => {
    const { shots } = await client.request({ type: 'shot.list', character: 'Godette' });
    return shots.find(({ state }) => state === 'inspected');
  };
  const described = await vi.waitUntil(inspected, { timeout: 60_000 });
  expect(described).toMatchObject({ face: { ...head, source: 'region' } });
});

test('no job trains on a shot that is excluded, unless it names it; what is corrected reaches the dataset', async () => {
  const { queue, store } = await openQueue(undefined, { runsJobs: false });
  const add = (name: string) => {
    const shot = { ...shotNamed(name), sha256: 'a'.repeat(64), bytes: 3 };
    store.shots.add(shot);
    return shot.id;
  };
  const [older, newer, other] = [add('walk'), add('walk'), add('wave')];
  store.shots.change(newer, { excluded: true });
  store.shots.change(other, { caption: 'waving', head });
  const start = { type: 'job.start', request: '1', character: 'Godette', options: queueOptions } as const;
  const shotsOf = async (shots?: string[]) => {
    const job = randomUUID();
    await queue.start({ ...start, job, ...(shots && { shots }) });
    return store.jobs.get(job)?.request.shots;
  };
  // Nor does the older one of that name replace it.
  expect(await shotsOf()).toEqual([other]);
  expect(await shotsOf([newer, older])).toEqual([newer, older]);
  store.shots.change(newer, { excluded: false });
  expect(await shotsOf()).toEqual([newer, other]);
  const request = { character: 'Godette', options: queueOptions, shots: [other] };
  const { source } = await datasetJobFor(request, '/tmp/out', store);
  expect(source).toMatchObject({ shots: [{ caption: 'waving', regions: { head } }] });
});

const queueOptions = trainOptions.parse(someOptions());

test('the base models that are there are offered, with what is wrong about others', async () => {
  const { home } = await startTestDaemon();
  mkdirSync(home.models, { recursive: true });
  writeFileSync(join(home.models, 'broken.safetensors'), 'no weights');
  const client = await connect(home.folder);
  const { models } = await client.request({ type: 'model.list' });
  expect(models[0]).toMatchObject({ base: 'pocket', engines: expect.arrayContaining(['native']), resolution: 128 });
  expect(models.find(({ base }) => base.endsWith('broken.safetensors'))?.error?.code).toMatch(/^input\./);
});
