/** @file Picture files that are lost, damaged, or left over. */
import { rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Client } from '../client/client.js';
import { httpGet, readDescriptor } from '../client/descriptor.js';
import { findLost } from '../kills/audit.js';
import { waitFor } from '../product/wait.js';
import { type Scenario, scenario } from '../scenario.js';
import { makeShots, sha256Of } from '../workload/shot.js';
import { filesNamed, filesWith, makeHome, startDaemon } from './home.js';

const damaged = scenario({
  part: 'disk',
  name: 'picture',
  promises: {
    served: 'damaged bytes are never served as an image',
    healed: 'a picture that is lost or damaged is healed by sending its shot again',
  },
  async run(round) {
    const { home, shots } = await makeHome(round, 4);
    const daemon = await startDaemon(round, home);
    const client = await Client.connect(home);
    for (const [index, shot] of shots.entries()) {
      const [file] = await filesWith(home, shot.bytes);
      if (file === undefined) throw new Error(`There is no file with the bytes of ${shot.id}.`);
      const broken = Buffer.from(shot.bytes);
      const at = round.random.integer(0, broken.length - 1);
      broken[at] = (broken[at] ?? 0) ^ (1 << round.random.integer(0, 7));
      const way = ['deleted', 'one bit flipped', 'cut short', 'deleted'][index % 4] ?? '';
      if (way === 'deleted') await rm(file);
      else await writeFile(file, way === 'cut short' ? broken.subarray(0, at) : broken);
      const { status, body } = await httpGet(await readDescriptor(home), `/files/shots/${shot.id}`);
      const isHonest = status !== 200 || sha256Of(body) === shot.sha256;
      round.check('served', isHonest, `${way}: status ${status}, ${body.length} bytes`);
      const answer = await client.sendShot(shot).catch(String);
      const lost = await findLost(client, home, [shot]);
      round.check('healed', lost.length === 0, `${way}, sent again: ${answer}, then ${lost.join()}`);
    }
    client.close();
    await daemon.stop();
  },
});

const leftOver = scenario({
  part: 'disk',
  name: 'left-over',
  promises: {
    removed: 'the files of removed shots are deleted',
    swept: 'pictures that no shot belongs to are deleted at the start',
  },
  async run(round) {
    const { home, shots } = await makeHome(round, 6);
    const first = shots[0];
    const [file] = first === undefined ? [] : await filesNamed(home, first.sha256);
    if (file === undefined)
      throw new Error('Pictures are no longer named by their SHA-256: this scenario has to follow.');
    const stray = round.random.bytes(500);
    await writeFile(join(dirname(file), sha256Of(stray)), stray);
    const daemon = await startDaemon(round, home);
    const client = await Client.connect(home);
    const isSwept = await waitFor(
      10,
      async () => ((await filesWith(home, stray)).length === 0 ? true : undefined),
      200,
    );
    round.check('swept', isSwept === true, 'a picture without a shot is still there 10 s after the start');
    await client.request({ type: 'shot.remove', shots: shots.map(({ id }) => id) });
    const isRemoved = await waitFor(5, async () => {
      const left = await Promise.all(shots.map(({ sha256 }) => filesNamed(home, sha256)));
      return left.flat().length === 0 ? true : undefined;
    });
    round.check('removed', isRemoved === true, 'files are still there 5 s after the answer');
    // The bytes may come again, under another id.
    const [again] = await makeShots(round.random, 'figure', 1);
    if (again !== undefined) await client.sendShot(again);
    client.close();
    await daemon.stop();
  },
});

export const pictures: readonly Scenario[] = [damaged, leftOver];
