/** @file Clients that send more than they read, or more than they finish: memory stays bounded, others are served. */
import { createHash, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { connect as connectTcp } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { encodeFrame } from '../../src/protocol/frame.js';
import { homeAt } from '../../src/store/home.js';
import { openTestStore, shotOf } from '../store/support.js';
import { connectIdentified, descriptorOf } from './raw-client.js';
import { shotNamed, startOwnProcess, startTestDaemon, temporaryFolder } from './support.js';

/** A data folder with many shots of one character, without their images. */
async function crowdedHome(count: number): Promise<string> {
  const folder = temporaryFolder();
  const { database, shots } = await openTestStore(folder);
  database.transaction(() => {
    for (let n = 0; n < count; n++) {
      const head = { x: n, y: 1, width: 10, height: 10, confidence: 0.5 };
      const shot = shotOf(Buffer.from(`${n}`), { name: `shot ${n}`, pose: 'walking', regions: { head } });
      shots.add(shot);
      shots.inspected(shot.id, { width: 64, height: 64 });
    }
  });
  return folder;
}

/** Most memory that a process has had, in MiB. */
const peakOf = (pid: number | undefined): number =>
  Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;

test('a list of any length comes in parts, none missing and none twice', async () => {
  const { home } = await startTestDaemon({ home: await crowdedHome(250) });
  const client = await connectIdentified(home);
  const names: string[] = [];
  let cursor: string | undefined;
  let parts = 0;
  do {
    const request = `${++parts}`;
    client.send({ type: 'shot.list', request, character: 'Godette', limit: 100, ...(cursor && { cursor }) });
    const answer = await client.answerTo(request);
    if (answer.type !== 'shot.list.answer') throw new Error(`It was answered with ${answer.type}.`);
    names.push(...answer.shots.map(({ name }) => name));
    cursor = answer.next;
  } while (cursor !== undefined);
  expect(parts).toBe(3);
  expect(names).toEqual(Array.from({ length: 250 }, (_, n) => `shot ${249 - n}`));
});

test.runIf(process.platform === 'linux')(
  'lists that are requested and not read are not made',
  { timeout: 120_000 },
  async () => {
    const folder = await crowdedHome(1000);
    const { child } = await startOwnProcess(folder);
    const greedy = await connectIdentified(homeAt(folder));
    const other = await connectIdentified(homeAt(folder));
    const before = peakOf(child.pid);
    greedy.socket.pause();
    // An answer has about 500 KB: all of them would take 200 MB, and minutes.
    for (let n = 0; n < 400; n++) greedy.send({ type: 'shot.list', request: `${n}`, character: 'Godette' });
    for (let n = 0; n < 20; n++) {
      other.send({ type: 'ping', request: `ping ${n}` });
      const [answer] = await Promise.race([
        other.answerTo(`ping ${n}`).then((pong) => [pong.type]),
        delay(5000).then(() => ['nothing for 5 s']),
      ]);
      expect(answer).toBe('pong');
      await delay(50);
    }
    expect(peakOf(child.pid) - before).toBeLessThan(100);
    // Once they are read, they come.
    greedy.socket.resume();
    await greedy.answerTo('20');
  },
);

test('what is sent after a fatal message is not carried out', async () => {
  const { home } = await startTestDaemon();
  const client = await connectIdentified(home);
  client.socket.send('{"type":');
  client.send({ type: 'daemon.stop', request: 'stop' });
  expect(await client.closed).toBe(4000);
  await connectIdentified(home);
});

test('shots that were stored are acknowledged before the connection is closed for one too many', async () => {
  const { home } = await startTestDaemon();
  const client = await connectIdentified(home);
  const { credits } = await client.next('welcome');
  const bytes = Buffer.from('abc');
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const ids = Array.from({ length: 10 * credits }, () => randomUUID());
  for (const id of ids) client.socket.send(encodeFrame('shot', { ...shotNamed('a', id), sha256, bytes: 3 }, bytes));
  expect(await client.closed).toBe(4003);
  const acknowledged = client.received.flatMap((message) => (message.type === 'shot.ack' ? [message.id] : []));
  const other = await connectIdentified(home);
  other.send({ type: 'shot.list', request: 'list', character: 'Godette' });
  const answer = await other.answerTo('list');
  const stored = answer.type === 'shot.list.answer' ? answer.shots.map(({ id }) => id) : [];
  expect(stored.length).toBeGreaterThan(0);
  expect(acknowledged.sort()).toEqual(stored.sort());
});

test.runIf(process.platform === 'linux')(
  'half frames on many connections hold no more than a bounded part of the memory',
  { timeout: 120_000 },
  async () => {
    const folder = temporaryFolder();
    const { child } = await startOwnProcess(folder);
    const home = homeAt(folder);
    const honest = await connectIdentified(home);
    const before = peakOf(child.pid);
    const { url, token } = await descriptorOf(home);
    const { port } = new URL(url);
    const half = Buffer.alloc(60 << 20);
    const openHalf = async (first: Buffer): Promise<void> => {
      const socket = connectTcp(Number(port), '127.0.0.1');
      socket.on('error', () => {});
      const key = Buffer.alloc(16).toString('base64');
      const head = `GET /socket HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: ${key}\r\nSec-WebSocket-Version: 13\r\nAuthorization: Bearer ${token}\r\n\r\n`;
      socket.write(head);
      await delay(100);
      socket.write(first);
      // A binary frame of 64 MiB, masked with zeros, of which a part never comes.
      const start = Buffer.from([0x82, 0xff, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0]);
      socket.write(start);
      socket.write(half);
      await delay(300);
    };
    const text = Buffer.from(JSON.stringify({ type: 'identify', protocol: 1, client: 'half', clientVersion: '1' }));
    const identify = Buffer.concat([Buffer.from([0x81, 0x80 | text.length, 0, 0, 0, 0]), text]);
    for (let n = 0; n < 12; n++) await openHalf(Buffer.alloc(0));
    expect(peakOf(child.pid) - before).toBeLessThan(60);
    for (let n = 0; n < 8; n++) await openHalf(identify);
    expect(peakOf(child.pid) - before).toBeLessThan(300);
    honest.send({ type: 'ping', request: 'still there' });
    await honest.answerTo('still there');
    const bytes = Buffer.alloc(1 << 20, 7);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    honest.socket.send(encodeFrame('shot', { ...shotNamed('mine'), sha256, bytes: bytes.length }, bytes));
    await honest.next('shot.ack');
  },
);
