/** @file Clients that ask for more than they read, or send more than is theirs to send. */
import { Client } from '../client/client.js';
import { frame, RawConnection, textFrame } from '../client/raw-connection.js';
import { delay, repeatFor, waitFor } from '../product/wait.js';
import { type Scenario, scenario } from '../scenario.js';
import { makeShots } from '../workload/shot.js';
import { crowded, targetPromises, underAttack } from './target.js';

/** Least duration of an attack, so that enough answers are measured. */
const attackSeconds = 3;

const lists = (count: number): Buffer =>
  Buffer.concat(
    Array.from({ length: count }, (_, index) =>
      textFrame({ type: 'shot.list', request: `${index}`, character: crowded }),
    ),
  );

const unreadLists = (count: number): Scenario =>
  scenario<keyof typeof targetPromises>({
    part: 'hostile',
    name: `unread-lists-${count}`,
    promises: targetPromises,
    run: (round) =>
      underAttack(
        round,
        async ({ descriptor }) => {
          const connection = await RawConnection.openIdentified(descriptor);
          connection.pause();
          connection.write(lists(count));
          round.tally.hostileMessages += count;
          await delay(attackSeconds * 1000);
          await connection.destroy();
        },
        true,
      ),
  });

const readLists = scenario({
  part: 'hostile',
  name: 'read-lists',
  promises: { ...targetPromises, answers: 'requests sent in one go are all answered, as fast as the answers are read' },
  run: (round) =>
    underAttack(
      round,
      async ({ descriptor }) => {
        const count = 50;
        await repeatFor(attackSeconds, async () => {
          const connection = await RawConnection.openIdentified(descriptor);
          connection.write(lists(count));
          round.tally.hostileMessages += count;
          const answers = (): number => connection.messages.filter(({ type }) => type === 'shot.list.answer').length;
          await waitFor(60, () => answers() === count || connection.isClosed || undefined);
          round.check('answers', answers() === count, `${answers()} of ${count} answers`);
          await connection.destroy();
        });
      },
      true,
    ),
});

const smallMessages = scenario({
  part: 'hostile',
  name: 'small-messages',
  promises: targetPromises,
  run: (round) =>
    underAttack(round, async ({ descriptor }) => {
      const count = 20_000;
      const flood = Buffer.concat(
        Array.from({ length: count }, (_, index) => textFrame({ type: 'ping', request: `${index}` })),
      );
      const reading = await RawConnection.openIdentified(descriptor);
      const silent = await RawConnection.openIdentified(descriptor);
      silent.pause();
      await repeatFor(attackSeconds, async () => {
        const taken = await Promise.all([reading.pour(flood, attackSeconds), silent.pour(flood, attackSeconds)]);
        for (const bytes of taken) round.tally.hostileMessages += Math.floor((bytes / flood.length) * count);
      });
      await Promise.all([reading.destroy(), silent.destroy()]);
    }),
});

const fragments = scenario({
  part: 'hostile',
  name: 'fragments',
  promises: targetPromises,
  run: (round) =>
    underAttack(round, async ({ descriptor }) => {
      const more = frame(0, Buffer.from([0]), { fin: false });
      const flood = Buffer.concat(Array.from({ length: 100_000 }, () => more));
      const connections = await Promise.all(Array.from({ length: 5 }, () => RawConnection.openIdentified(descriptor)));
      for (const connection of connections) connection.write(frame(2, Buffer.from([1]), { fin: false }));
      await repeatFor(attackSeconds, async () => {
        const taken = await Promise.all(connections.map((connection) => connection.pour(flood, attackSeconds)));
        for (const bytes of taken) round.tally.hostileMessages += Math.floor(bytes / more.length);
        await delay(50);
      });
      for (const connection of connections) await connection.destroy();
    }),
});

const halfFrames = scenario({
  part: 'hostile',
  name: 'half-frames',
  promises: targetPromises,
  run: (round) =>
    underAttack(round, async ({ descriptor }) => {
      const connections = await Promise.all(Array.from({ length: 16 }, () => RawConnection.open(descriptor)));
      const half = frame(2, Buffer.alloc(57 << 20), { announced: 60 << 20 });
      await Promise.all(connections.map((connection) => connection.pour(half, 8)));
      round.tally.hostileMessages += connections.length;
      await delay(500);
      for (const connection of connections) await connection.destroy();
    }),
});

const slowReaders = scenario({
  part: 'hostile',
  name: 'slow-readers',
  promises: targetPromises,
  run: (round) =>
    underAttack(round, async ({ home, descriptor }) => {
      const connections = await Promise.all(Array.from({ length: 60 }, () => RawConnection.openIdentified(descriptor)));
      for (const connection of connections) connection.pause();
      const client = await Client.connect(home);
      await repeatFor(attackSeconds, async () => {
        const shots = await makeShots(round.random, 'figure', 30, 8);
        await Promise.all(shots.map((shot) => client.sendShot(shot)));
        await client.request({ type: 'shot.remove', shots: shots.map(({ id }) => id) });
      });
      client.close();
      for (const connection of connections) await connection.destroy();
    }),
});

export const floods: readonly Scenario[] = [
  unreadLists(100),
  unreadLists(400),
  readLists,
  smallMessages,
  fragments,
  halfFrames,
  slowReaders,
];
