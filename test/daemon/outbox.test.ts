/** @file A slow client costs no memory and misses no event. */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { Outbox } from '../../src/daemon/outbox.js';
import { anyDaemonMessage, type DaemonMessage } from '../../src/protocol/daemon-messages.js';
import { openTestStore } from '../store/support.js';

/** Both ends of a real connection. */
async function connectPair(): Promise<{ server: WebSocket; client: WebSocket }> {
  const sockets = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(sockets, 'listening');
  const client = new WebSocket(`ws://127.0.0.1:${(sockets.address() as AddressInfo).port}`);
  // A socket that is not open yet cannot be paused.
  const [[server]] = await Promise.all([once(sockets, 'connection'), once(client, 'open')]);
  onTestFinished(() => {
    client.terminate();
    sockets.close();
  });
  return { server, client };
}

test('of progress a slow client gets the newest, of events all', async () => {
  const { database, events } = await openTestStore();
  const { server, client } = await connectPair();
  const received: DaemonMessage[] = [];
  client.on('message', (data) => received.push(anyDaemonMessage.parse(JSON.parse(String(data)))));
  const outbox = new Outbox(server, events);
  database.onCommit(() => outbox.wake());
  outbox.follow(0);
  client.pause();

  // Far more than the system's buffers hold.
  const job = randomUUID();
  const stage = 'x'.repeat(20_000);
  const [rounds, eventsPerRound] = [600, 3];
  let mostBuffered = 0;
  for (let done = 1; done <= rounds; done++) {
    outbox.progress({ type: 'job.progress', job, stage, done, total: rounds });
    database.transaction(() => {
      for (let n = 0; n < eventsPerRound; n++) {
        events.append({
          type: 'preview.available',
          job,
          step: done,
          prompt: stage.slice(0, 4000),
          seed: n,
          file: 'f',
          url: 'u',
        });
      }
    });
    await turn();
    mostBuffered = Math.max(mostBuffered, server.bufferedAmount);
  }
  const sentInAll = rounds * (stage.length + eventsPerRound * 4000);
  expect(mostBuffered).toBeLessThan(sentInAll / 20);

  client.resume();
  const isLast = (message?: DaemonMessage) =>
    message?.type === 'preview.available' && message.sequence === rounds * eventsPerRound;
  while (!received.some(isLast)) await once(client, 'message');
  await outbox.flushed();
  const sequences = received.flatMap((message) => (message.type === 'preview.available' ? [message.sequence] : []));
  expect(sequences).toEqual(Array.from({ length: rounds * eventsPerRound }, (_, n) => n + 1));
  const progress = received.flatMap((message) => (message.type === 'job.progress' ? [message.done] : []));
  expect(progress.length).toBeLessThan(rounds / 2);
  expect(progress.at(-1)).toBe(rounds);
  expect(progress).toEqual([...progress].sort((a, b) => a - b));
});

test('nothing is sent before the client is welcome', async () => {
  const { database, events } = await openTestStore();
  const { server, client } = await connectPair();
  const received: string[] = [];
  client.on('message', (data) => received.push(anyDaemonMessage.parse(JSON.parse(String(data))).type));
  const outbox = new Outbox(server, events);
  database.onCommit(() => outbox.wake());
  const job = randomUUID();
  database.transaction(() => events.append({ type: 'job.removed', job }));
  outbox.progress({ type: 'job.progress', job, stage: 'faces', done: 1, total: 2 });
  await outbox.send({ type: 'pong', request: '1' });
  await outbox.flushed();
  outbox.follow(0);
  await outbox.flushed();
  while (received.length < 3) await once(client, 'message');
  expect(received).toEqual(['pong', 'job.progress', 'job.removed']);
});
