/** @file What the daemon does with what it should not have been sent. */
import { createHash, randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { encodeFrame } from '../../src/protocol/frame.js';
import { limits } from '../../src/protocol/version.js';
import { connectIdentified, connectRaw, identify } from './raw-client.js';
import { shotNamed, startTestDaemon } from './support.js';

test('a request that breaks its schema fails; the connection stays', async () => {
  const { home } = await startTestDaemon();
  const client = await connectIdentified(home);
  client.send({ type: 'job.stop', request: 'a', job: 'not a uuid' });
  expect(await client.next('request.failed')).toMatchObject({ request: 'a', error: { code: 'input.message.invalid' } });
  client.send({ type: 'job.stop', request: 'b', job: randomUUID() });
  client.send({ type: 'ping', request: 'c' });
  expect(await client.next('pong')).toEqual({ type: 'pong', request: 'c' });
  expect(client.received).toContainEqual(
    expect.objectContaining({ request: 'b', error: expect.objectContaining({ code: 'state.job.unknown' }) }),
  );
});

test('a shot that breaks its schema is refused; the connection stays', async () => {
  const { home } = await startTestDaemon();
  const client = await connectIdentified(home);
  const shot = { ...shotNamed('walk'), sha256: 'f'.repeat(64), bytes: 3, colour: 'red' };
  client.socket.send(encodeFrame('shot', shot, Buffer.from('abc')));
  expect(await client.next('shot.refused')).toMatchObject({ id: shot.id, error: { code: 'input.message.invalid' } });
  client.send({ type: 'ping', request: 'c' });
  await client.next('pong');
});

test.each<[string, number, (client: Awaited<ReturnType<typeof connectRaw>>) => void]>([
  ['text that is not JSON', 4000, (client) => client.send('{"type":')],
  ['text longer than allowed', 4000, (client) => client.send(`"${'x'.repeat(limits.textBytes)}"`)],
  ['a frame without a head', 4000, ({ socket }) => socket.send(Buffer.from([1]))],
  ['a second identify', 4000, (client) => client.send(identify)],
])('%s closes the connection with %i', async (_, code, send) => {
  const { home } = await startTestDaemon();
  const client = await connectIdentified(home);
  send(client);
  expect(await client.closed).toBe(code);
});

test('a frame longer than allowed closes the connection with 1009, before it is in memory', async () => {
  const { home } = await startTestDaemon();
  const client = await connectIdentified(home);
  client.socket.send(Buffer.alloc(limits.frameBytes + 1));
  expect(await client.closed).toBe(1009);
});

test('another protocol version closes the connection with 4001, anything before identify with 4002', async () => {
  const { home } = await startTestDaemon();
  const newer = await connectRaw(home);
  newer.send({ ...identify, protocol: 2, shape: 'of things to come' });
  expect(await newer.closed).toBe(4001);
  const hasty = await connectRaw(home);
  hasty.send({ type: 'ping', request: '1' });
  expect(await hasty.closed).toBe(4002);
  const early = await connectRaw(home);
  early.socket.send(encodeFrame('shot', { ...shotNamed('a'), sha256: 'f'.repeat(64), bytes: 1 }, Buffer.from('a')));
  expect(await early.closed).toBe(4002);
});

test('a client that does not identify in time is disconnected', async () => {
  const { home } = await startTestDaemon({ identifySeconds: 0.1 });
  expect(await (await connectRaw(home)).closed).toBe(4002);
});

test('a client that does not answer pings is disconnected', async () => {
  const { home } = await startTestDaemon({ heartbeatSeconds: 0.1, silenceSeconds: 1 });
  const lively = await connectIdentified(home);
  const { socket, closed } = await connectIdentified(home);
  let pings = 0;
  lively.socket.on('ping', () => pings++);
  // A paused socket reads no ping, and so sends no pong.
  socket.pause();
  setTimeout(() => socket.resume(), 3000);
  expect([1006, 4004]).toContain(await closed);
  expect(pings).toBeGreaterThan(5);
  expect(lively.socket.readyState).toBe(lively.socket.OPEN);
});

test('more shots at once than granted close the connection with 4003', async () => {
  const { home } = await startTestDaemon();
  const client = await connectIdentified(home);
  const { credits } = await client.next('welcome');
  const bytes = Buffer.from('abc');
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  for (let n = 0; n < 10 * credits; n++) {
    client.socket.send(encodeFrame('shot', { ...shotNamed(`${n}`), sha256, bytes: bytes.length }, bytes));
  }
  expect(await client.closed).toBe(4003);
});
