/** @file Each request of PROTOCOL.md, sent as its example stands there, gets the answer that stands there. */
import { expect, test } from 'vitest';
import { picture } from '../../scripts/protocol/samples.js';
import { encodeFrame } from '../../src/protocol/frame.js';
import { shotMetadata } from '../../src/protocol/shot.js';
import { readPage } from '../protocol/page.js';
import { connectIdentified } from './raw-client.js';
import { startTestDaemon } from './support.js';

test('every request is answered as documented', async () => {
  const { home } = await startTestDaemon();
  const client = await connectIdentified(home);
  const { sections } = readPage();
  const metadata = shotMetadata.parse(sections.find(({ title }) => title === 'ShotMetadata')?.example);
  client.socket.send(encodeFrame('shot', metadata, picture));
  await client.next('shot.ack');
  const requests = sections.filter(({ answer }) => answer !== undefined);
  expect(requests.length).toBeGreaterThan(12);
  const failed: string[] = [];
  for (const { title, example, answer } of requests) {
    client.send({ ...example, request: title });
    const given = await client.answerTo(title);
    if (given.type === 'request.failed') failed.push(title);
    else expect([title, given.type]).toEqual([title, answer]);
  }
  // Its job may not have ended yet.
  expect(failed.filter((title) => title !== 'job.remove')).toEqual([]);
});
