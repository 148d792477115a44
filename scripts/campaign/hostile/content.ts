/** @file What an identified client could do beyond its part: hostile images, foreign files, messages behind a fatal one. */
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { Client } from '../client/client.js';
import { httpGet } from '../client/descriptor.js';
import { encodeShot } from '../client/frame.js';
import type { Message } from '../client/messages.js';
import { frame, RawConnection, textFrame } from '../client/raw-connection.js';
import { delay, waitFor } from '../product/wait.js';
import type { Random } from '../random.js';
import { type Scenario, scenario } from '../scenario.js';
import { jobOptions, waitForState, writeImages } from '../workload/job.js';
import { makeImage, makeShots, type Shot, sha256Of } from '../workload/shot.js';
import { answerTo } from './http.js';
import { targetPromises, underAttack } from './target.js';

/** A PNG whose header announces so many pixels, with no data to match. */
function bomb(width: number, height: number): Buffer {
  const chunk = (type: string, data: Buffer): Buffer => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    check.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, check]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 6, 0, 0, 0], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', Buffer.alloc(100)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

async function hostileImages(random: Random): Promise<Buffer[]> {
  const good = await makeImage(random);
  const damaged = Buffer.from(good);
  for (let flips = 0; flips < 20; flips++) damaged[random.integer(8, damaged.length - 1)] = random.integer(0, 255);
  return [
    bomb(60_000, 60_000),
    bomb(2 ** 31 - 1, 2 ** 31 - 1),
    bomb(1, 2 ** 30),
    bomb(0, 0),
    damaged,
    good.subarray(0, random.integer(1, good.length - 20)),
    random.bytes(random.integer(1, 2000)),
    Buffer.from(
      '<svg xmlns="http://www.w3.org/2000/svg" width="99999" height="99999"><rect width="9" height="9"/></svg>',
    ),
    Buffer.from(`GIF89a${'\xff'.repeat(30)}`, 'latin1'),
  ];
}

const images = scenario({
  part: 'hostile',
  name: 'images',
  promises: {
    ...targetPromises,
    judged: 'every image is inspected or rejected, and good ones after bad ones are inspected',
  },
  run: (round) =>
    underAttack(round, async ({ home }) => {
      const client = await Client.connect(home);
      const character = 'hostile';
      const bad = (await hostileImages(round.random)).map((bytes, index): Shot => {
        return { id: round.random.uuid(), character, name: `bad-${index}`, bytes, sha256: sha256Of(bytes) };
      });
      const good = await makeShots(round.random, character, 2);
      await Promise.all([...bad, ...good].map((shot) => client.sendShot(shot).catch(() => {})));
      round.tally.hostileMessages += bad.length;
      const shots = await waitFor(90, async () => {
        const listed = await client.shots(character);
        return listed.some(({ state }) => state === 'stored') ? undefined : listed;
      });
      const state = (id: string): string => shots?.find((shot) => shot.id === id)?.state ?? 'not judged';
      round.check('judged', shots !== undefined, 'some are still waiting after 90 s');
      for (const { id } of good) round.check('judged', state(id) === 'inspected', `a good image: ${state(id)}`);
      client.close();
    }),
});

const files = scenario({
  part: 'hostile',
  name: 'files',
  promises: {
    ...targetPromises,
    foreign: 'GET /files/runs serves nothing that the run has not written',
    own: "GET /files/runs serves the run's own files",
  },
  run: (round) =>
    underAttack(round, async ({ home, descriptor }) => {
      const [client, secret] = [await Client.connect(home), `secret ${round.random.uuid()}`];
      const [out, elsewhere] = [join(round.folder, 'private'), join(round.folder, 'elsewhere')];
      await mkdir(join(out, 'samples'), { recursive: true });
      await mkdir(elsewhere);
      for (const file of [join(out, 'key.pem'), join(out, 'samples', 'note.txt'), join(elsewhere, 'key.pem')])
        await writeFile(file, secret);
      await symlink(join(elsewhere, 'key.pem'), join(out, 'link.jpg'));
      const [job, folder] = [round.random.uuid(), await writeImages(join(round.folder, 'images'))];
      await client.startJob({ job, character: 'figure', folder, out, options: jobOptions(1, 4) });
      await waitForState(client, job);
      const own = await httpGet(descriptor, `/files/runs/${job}/metrics.jsonl`);
      round.check('own', own.status === 200, `metrics.jsonl: ${own.status}`);
      const names = ['key.pem', 'samples/note.txt', 'link.jpg', '../elsewhere/key.pem', '..%2felsewhere%2fkey.pem'];
      for (const name of [...names, '%2e%2e/elsewhere/key.pem', `..%5celsewhere%5ckey.pem`, `samples/../key.pem`]) {
        const { text } = await answerTo(descriptor, [
          `GET /files/runs/${job}/${name} HTTP/1.1`,
          `Host: ${new URL(descriptor.url).host}`,
          `Authorization: Bearer ${descriptor.token}`,
          'Connection: close',
        ]);
        round.tally.accessTries++;
        round.check('foreign', !text.includes(secret), `${name} was served`);
      }
      client.close();
    }),
});

const fatal = scenario({
  part: 'hostile',
  name: 'fatal',
  promises: {
    ...targetPromises,
    behind: 'a message behind one that closes the connection is not carried out',
    acknowledged: 'a shot that is stored is acknowledged, even when its sender is closed for sending too many',
    credit: 'a client that sends more shots than its credits is closed with 4003, or has all of them answered',
  },
  run: (round) =>
    underAttack(round, async ({ home, descriptor }) => {
      const client = await Client.connect(home);
      const [job, folder] = [round.random.uuid(), await writeImages(join(round.folder, 'images'))];
      const start = { type: 'job.start', request: '1', job, character: 'figure', folder, options: jobOptions(1, 4) };
      const connection = await RawConnection.openIdentified(descriptor);
      connection.write(Buffer.concat([textFrame('not JSON'), textFrame(start)]));
      await connection.ended(5);
      await delay(300);
      const { state } = await client.job('job.status', job);
      round.check('behind', state === 'unknown', `the job behind a malformed text is ${state}`);

      const greedy = await RawConnection.openIdentified(descriptor);
      const credits = greedy.messages.find(({ type }) => type === 'welcome')?.credits ?? 0;
      const shots = await makeShots(round.random, 'greedy', credits + 40, 8);
      greedy.write(Buffer.concat(shots.map((shot) => frame(2, encodeShot(shot)))));
      round.tally.hostileMessages += shots.length + 2;
      const answers = (): Message[] => greedy.messages.filter(({ type }) => /^shot\.(ack|refused)$/.test(type));
      await waitFor(20, () => greedy.closeCode ?? (answers().length === shots.length || greedy.isClosed || undefined));
      const isFair = greedy.closeCode === 4003 || answers().length === shots.length;
      round.check(
        'credit',
        isFair,
        `close code ${greedy.closeCode}, ${answers().length} answers to ${shots.length} shots`,
      );
      await delay(500);
      const acknowledged = new Set(answers().map(({ id }) => id));
      const stored = await client.shots('greedy');
      const silent = stored.filter(({ id }) => !acknowledged.has(id));
      round.check(
        'acknowledged',
        silent.length === 0,
        `${silent.length} of ${stored.length} stored shots were not acknowledged`,
      );
      client.close();
    }),
});

export const content: readonly Scenario[] = [images, files, fatal];
