/** @file Frames that are not what the protocol says, at random. */
import { encodeFrame } from '../client/frame.js';
import { identify } from '../client/messages.js';
import { frame, RawConnection, textFrame } from '../client/raw-connection.js';
import type { Random } from '../random.js';
import { type Scenario, scenario } from '../scenario.js';
import { makeShot } from '../workload/shot.js';
import { targetPromises, underAttack } from './target.js';

const text = (content: string): Buffer => textFrame(content);
const binary = (content: Buffer): Buffer => frame(2, content);

/** Kinds of malformed frames, each with something at random in it. */
const kinds: readonly ((random: Random) => Buffer)[] = [
  (random) => random.bytes(random.integer(1, 200)),
  (random) => frame(random.integer(3, 7), random.bytes(5)),
  (random) => frame(1, random.bytes(20), { masked: false }),
  (random) => frame(1, random.bytes(20), { reserved: random.integer(1, 7) }),
  (random) => frame(1, Buffer.concat([Buffer.from('{"type":"'), Buffer.from([0xc3, 0x28]), random.bytes(3)])),
  () => frame(9, Buffer.alloc(126)),
  () => frame(8, Buffer.from([0])),
  // Close codes below 1000 are nobody's; one that is somebody's is answered with the same code.
  (random) => frame(8, Buffer.from([random.integer(0, 2), random.integer(0, 255)])),
  () => frame(0, Buffer.from('a continuation of nothing')),
  () => frame(1, Buffer.alloc(10), { announced: 2 ** 40 }),
  () => frame(1, Buffer.alloc(10), { announced: (1 << 20) + 1 }),
  () => text('[]'),
  () => text('null'),
  () => text('"identify"'),
  () => text('{"type":'),
  () => text(`${'['.repeat(100_000)}`),
  () => text(`${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`),
  () => text('{"__proto__":{"type":"ping"},"constructor":1}'),
  (random) => text(JSON.stringify({ type: random.bytes(8).toString('hex') })),
  (random) => text(JSON.stringify({ type: 'ping', request: 'x'.repeat(random.integer(65, 5000)) })),
  () => text(JSON.stringify({ type: 'shot.list', request: '1', character: '../../etc' })),
  () => text(JSON.stringify({ type: 'shot.list', request: '1', character: 'figure', limit: 1e308 })),
  () => text('{"type":"ping","request":"1","request":"2","type":"daemon.stop"}x'),
  () => text(JSON.stringify({ type: 'job.start', request: '1', job: 'no-id', character: 'figure', options: {} })),
  (random) => text(JSON.stringify({ type: 'job.start', request: '1', job: random.uuid(), character: 'a', options: 7 })),
  (random) => text(JSON.stringify({ ...identify, protocol: random.integer(2, 99) })),
  () => text(JSON.stringify({ ...identify, extra: true })),
  () => binary(Buffer.alloc(0)),
  (random) => binary(random.bytes(random.integer(1, 40))),
  () => binary(encodeFrame('{}', Buffer.from('no shot'))),
  () => binary(encodeFrame('not JSON', Buffer.alloc(3))),
  () => binary(encodeFrame('{}', Buffer.alloc(3), 9)),
  () => binary(encodeFrame('{}', Buffer.alloc(3), 1, 77)),
  () => binary(Buffer.from([1, 1, 0xff, 0xff, 0xff, 0xff, 1, 2, 3])),
  () => binary(Buffer.from([1, 1, 0, 1, 0, 1, ...Buffer.alloc(65537, 32)])),
];

/** Close codes of PROTOCOL.md, and those that RFC 6455 gives to faults of frames and of UTF-8. */
const documented: readonly number[] = [1000, 1001, 1002, 1003, 1005, 1007, 1009, 4000, 4001, 4002, 4003, 4004];

export const malformed: Scenario = scenario({
  part: 'hostile',
  name: 'malformed',
  promises: {
    ...targetPromises,
    answer: 'after a malformed frame the connection is closed with a documented code, or still answers',
  },
  run: (round) =>
    underAttack(round, async ({ descriptor }) => {
      const { random, tally } = round;
      for (let tries = 0; tries < 40; tries++) {
        const kind = random.integer(0, kinds.length - 1);
        const bytes = kinds[kind]?.(random) ?? Buffer.alloc(0);
        const isIdentified = random.next() < 0.7;
        const connection = await (isIdentified ? RawConnection.openIdentified : RawConnection.open)(descriptor);
        connection.write(bytes);
        tally.hostileMessages++;
        // A frame that is not whole yet keeps the daemon waiting, as it may: then there is no answer to this.
        connection.write(textFrame({ type: 'ping', request: 'after' }));
        const answered = connection.next('pong', 0.2);
        const ended = (await answered) === undefined && (await connection.ended(0));
        const { closeCode } = connection;
        const isFine = !ended || closeCode === undefined || documented.includes(closeCode);
        round.check('answer', isFine, `kind ${kind}: close code ${closeCode}`);
        await connection.destroy();
      }
      await refuseBadShots();

      async function refuseBadShots(): Promise<void> {
        const good = await makeShot(random, 'figure');
        const connection = await RawConnection.openIdentified(descriptor);
        for (const change of [{ sha256: '0'.repeat(64) }, { bytes: 1 }, { bytes: 2 ** 31 }, { yaw: 1e9 }]) {
          const { id, character, name, sha256, bytes } = good;
          const metadata = { id, character, name, sha256, bytes: bytes.length, ...change };
          connection.write(binary(encodeFrame(JSON.stringify(metadata), bytes)));
          tally.hostileMessages++;
          const refusal = await connection.next('shot.refused', 10);
          round.check('answer', refusal !== undefined, `a shot with ${JSON.stringify(change)} is not refused`);
          connection.messages.length = 0;
        }
        await connection.destroy();
      }
    }),
});
