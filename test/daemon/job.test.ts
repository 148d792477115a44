/** @file A job from uploaded shots to its files, through real sockets and processes. */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { connect, eventOf, shotNamed, someBytes, someOptions, startTestDaemon } from './support.js';

test('trains on uploaded shots and reports every stage', async () => {
  const { home } = await startTestDaemon();
  const client = await connect(home.folder);
  const previews: string[] = [];
  client.on('preview', (_, jpeg) => previews.push(jpeg.toString()));
  await client.upload(shotNamed('walk_front'), someBytes());
  await client.upload(shotNamed('walk_left'), someBytes());
  const job = randomUUID();
  const started = await client.request({
    type: 'job.start',
    job,
    character: 'Godette',
    options: someOptions(),
  });
  expect(started.job).toMatchObject({ id: job, steps: 10, character: 'Godette' });
  const finished = await eventOf(client, 'job.finished');
  expect(finished).toMatchObject({ job, state: 'succeeded', resumable: false, loss: { first: 1, last: 0.5 } });
  expect(readFileSync(finished.files?.[0] ?? '', 'utf8')).toBe('weights');
  const ofJob = client.seen.filter((event) => 'job' in event);
  expect(ofJob.map((event) => ('state' in event ? event.state : event.type))).toEqual([
    'queued',
    'preparing',
    'picture.rejected',
    'job.prepared',
    'running',
    'preview.available',
    'preview.available',
    'succeeded',
  ]);
  await eventOf(client, 'shot.inspected', ({ name }) => name === 'walk_left');
  expect(previews.at(-1)).toBe('preview 10');
  const { jobs } = await client.request({ type: 'job.list' });
  expect(jobs).toHaveLength(1);
  expect(jobs[0]).toMatchObject({
    state: 'succeeded',
    step: 10,
    picturesPerFraming: { full: 2 },
    samplesPerFraming: { full: 10 },
  });
});
