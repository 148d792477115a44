/** @file Shots through the reference client. */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { encodeFrame } from '../../src/protocol/frame.js';
import { connectIdentified, descriptorOf } from './raw-client.js';
import { connect, eventOf, shotNamed, someBytes, startTestDaemon } from './support.js';

test('many more shots than credits arrive, each once, each acknowledged', async () => {
  const { home } = await startTestDaemon();
  const client = await connect(home.folder);
  const shots = Array.from({ length: 60 }, (_, n) => ({ shot: shotNamed(`shot ${n}`), bytes: someBytes(50_000) }));
  const statuses = await Promise.all(shots.map(({ shot, bytes }) => client.upload(shot, bytes)));
  expect(statuses).toEqual(shots.map(() => 'stored'));
  const { shots: listed } = await client.request({ type: 'shot.list', character: 'Godette' });
  expect(listed.map(({ id }) => id).sort()).toEqual(shots.map(({ shot }) => shot.id).sort());
  expect(await client.upload(shots[7]?.shot ?? shotNamed(''), shots[7]?.bytes ?? someBytes())).toBe('duplicate');
  const { characters } = await client.request({ type: 'character.list' });
  expect(characters).toMatchObject([{ name: 'Godette', shots: 60 }]);
});

test('the same shot under way twice is stored once, and both are answered', async () => {
  const { home } = await startTestDaemon();
  const client = await connect(home.folder);
  const shot = shotNamed('walk');
  const bytes = someBytes();
  expect(await Promise.all([client.upload(shot, bytes), client.upload(shot, bytes)])).toEqual(['stored', 'duplicate']);
});

test('an id with other bytes is refused', async () => {
  const { home } = await startTestDaemon();
  const client = await connect(home.folder);
  const shot = shotNamed('walk');
  await client.upload(shot, someBytes());
  await expect(client.upload(shot, someBytes())).rejects.toMatchObject({ code: 'input.shot.conflict' });
});

test('bytes that are not those announced are refused', async () => {
  const { home } = await startTestDaemon();
  const client = await connectIdentified(home);
  const shot = { ...shotNamed('walk'), sha256: 'f'.repeat(64), bytes: 3 };
  client.socket.send(encodeFrame('shot', shot, Buffer.from('abc')));
  expect(await client.next('shot.refused')).toMatchObject({
    id: shot.id,
    error: { code: 'input.shot.mismatch', retryable: true },
  });
});

test('a shot is inspected, can be fetched, and can be removed', async () => {
  const { home } = await startTestDaemon();
  const client = await connect(home.folder);
  const bytes = someBytes();
  const head = { x: 1.5, y: 2, width: 30, height: 31, confidence: 0.5 };
  const shot = { ...shotNamed('walk'), yaw: 45, pose: 'walking', regions: { head } };
  await client.upload(shot, bytes);
  expect(await eventOf(client, 'shot.inspected')).toMatchObject({
    shot: shot.id,
    name: 'walk',
    character: 'Godette',
    face: { ...head, source: 'region' },
  });
  const [described] = (await client.request({ type: 'shot.list', character: 'Godette' })).shots;
  expect(described).toMatchObject({ ...shot, state: 'inspected', width: 64, face: { source: 'region' } });
  const { url, token } = await descriptorOf(home);
  const get = () => fetch(`${url}${described?.url}`, { headers: { authorization: `Bearer ${token}` } });
  expect(Buffer.from(await (await get()).arrayBuffer())).toEqual(bytes);
  await client.request({ type: 'shot.remove', shots: [shot.id, randomUUID()] });
  expect(await eventOf(client, 'shot.removed')).toMatchObject({ shot: shot.id });
  expect((await get()).status).toBe(404);
  expect(client.seen.filter(({ type }) => type === 'shot.removed')).toHaveLength(1);
});

test('a shot that crashes its reader is rejected, durably', async () => {
  const { home } = await startTestDaemon();
  const client = await connect(home.folder);
  const shot = shotNamed('evil');
  await client.upload(shot, Buffer.from('crash'));
  expect(await eventOf(client, 'shot.rejected')).toMatchObject({
    shot: shot.id,
    error: { code: 'input.picture.crash' },
  });
  expect(readFileSync(home.database).length).toBeGreaterThan(0);
  const later = await connect(home.folder, { resume: { epoch: client.position.epoch, sequence: 0 } });
  expect(await eventOf(later, 'shot.rejected')).toMatchObject({ shot: shot.id });
});
