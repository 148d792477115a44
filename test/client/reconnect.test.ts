/** @file Clients that reconnect: missed events are sent again, pending requests and uploads arrive. */
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { expect, test } from 'vitest';
import { DaemonClient } from '../../src/client/daemon-client.js';
import { writeDescriptor } from '../../src/store/descriptor-file.js';
import { connectIdentified, connectRaw, descriptorOf, identify } from '../daemon/raw-client.js';
import {
  connect,
  eventOf,
  shotNamed,
  someBytes,
  startOwnProcess,
  startTestDaemon,
  temporaryFolder,
} from '../daemon/support.js';

const missingId = '00000000-0000-4000-8000-000000000000';

test('a returning client gets the events it has missed, in order, and none that it has seen', async () => {
  const { home } = await startTestDaemon();
  const first = await connect(home.folder);
  await first.upload(shotNamed('one'), someBytes());
  await eventOf(first, 'shot.inspected', ({ name }) => name === 'one');
  const { position } = first;
  await first.close();

  const other = await connect(home.folder);
  for (const name of ['two', 'three']) await other.upload(shotNamed(name), someBytes());
  await eventOf(other, 'shot.inspected', ({ name }) => name === 'three');

  const returned = await connect(home.folder, { resume: position });
  await eventOf(returned, 'shot.inspected', ({ name }) => name === 'three');
  expect(returned.seen.map((event) => 'name' in event && event.name)).toEqual(['two', 'three']);
});

test('without resume, or with that of another database, there is no replay', async () => {
  const { home } = await startTestDaemon();
  const client = await connect(home.folder);
  await client.upload(shotNamed('one'), someBytes());
  await eventOf(client, 'shot.inspected');
  for (const resume of [undefined, { epoch: missingId, sequence: 0 }]) {
    const raw = await connectRaw(home);
    raw.send({ ...identify, ...(resume && { resume }) });
    expect(await raw.next('welcome')).toMatchObject({ sequence: 1, replayFrom: 2 });
  }
  const ahead = await connectRaw(home);
  ahead.send({ ...identify, resume: { epoch: client.position.epoch, sequence: 1000 } });
  expect(await ahead.next('welcome')).toMatchObject({ sequence: 1, replayFrom: 2 });
});

test('uploads and requests under way survive a daemon that is killed and started again', async () => {
  const folder = temporaryFolder();
  const { child } = await startOwnProcess(folder);
  const client = await connect(folder);
  const shots = Array.from({ length: 60 }, (_, n) => ({ shot: shotNamed(`shot ${n}`), bytes: someBytes(100_000) }));
  const uploads = shots.map(({ shot, bytes }) => client.upload(shot, bytes));
  await uploads[5];
  const disconnected = once(client, 'disconnected');
  child.kill('SIGKILL');
  await disconnected;
  const question = client.request({ type: 'job.status', job: missingId });
  const reconnected = once(client, 'reconnected');
  await startTestDaemon({ home: folder });
  const [, complete] = await reconnected;
  expect(complete).toBe(true);
  expect(new Set(await Promise.all(uploads)).has('stored')).toBe(true);
  expect((await question).job.state).toBe('unknown');
  const listed = await client.request({ type: 'shot.list', character: 'Godette' });
  expect(new Set(listed.shots.map(({ id }) => id)).size).toBe(60);
  expect(listed.shots).toHaveLength(60);
});

test('a client notices a new database, and that it missed events', async () => {
  const folder = temporaryFolder();
  const first = await startTestDaemon({ home: folder });
  const client = await connect(folder);
  const { epoch } = client.position;
  await first.stop();
  for (const ending of ['', '-wal', '-shm']) rmSync(`${first.home.database}${ending}`, { force: true });
  const reconnected = once(client, 'reconnected');
  await startTestDaemon({ home: folder });
  expect((await reconnected)[1]).toBe(false);
  expect(client.position.epoch).not.toBe(epoch);
});

test('a client gives up after its timeout, and fails everything that is pending', async () => {
  const daemon = await startTestDaemon();
  const client = await connect(daemon.home.folder, { reconnectSeconds: 0.2 });
  const lost = once(client, 'lost');
  await daemon.stop();
  const waiting = [client.request({ type: 'job.list' }), client.upload(shotNamed('late'), someBytes())];
  const results = await Promise.allSettled(waiting);
  expect(results).toMatchObject([
    { status: 'rejected', reason: { code: 'state.daemon.absent' } },
    { status: 'rejected', reason: { code: 'state.daemon.absent' } },
  ]);
  expect((await lost)[0]).toMatchObject({ code: 'state.daemon.absent' });
  await expect(client.request({ type: 'job.list' })).rejects.toMatchObject({ code: 'resource.connection.lost' });
});

test('without a daemon, or with only the descriptor of a dead one, connecting says so', async () => {
  const folder = temporaryFolder();
  await expect(DaemonClient.connect({ home: folder, name: 'test' })).rejects.toMatchObject({
    code: 'state.daemon.absent',
  });
  const daemon = await startTestDaemon({ home: folder });
  const descriptor = await descriptorOf(daemon.home);
  await daemon.stop();
  await writeDescriptor(daemon.home, descriptor);
  await expect(DaemonClient.connect({ home: folder, name: 'test' })).rejects.toMatchObject({
    code: 'state.daemon.absent',
    hint: expect.stringContaining('lora-bridge daemon'),
  });
});

test('a wrong token is reported as such', async () => {
  const { home } = await startTestDaemon();
  const right = await descriptorOf(home);
  await writeDescriptor(home, { ...right, token: 'wrong' });
  await expect(DaemonClient.connect({ home: home.folder, name: 'test' })).rejects.toMatchObject({
    code: 'state.access.denied',
  });
  await writeDescriptor(home, right);
  await connectIdentified(home);
});
