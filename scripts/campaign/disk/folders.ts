/** @file The data folder removed or replaced under a running daemon; and who may read it. */
import { chmod, cp, mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from '../client/client.js';
import { findLost } from '../kills/audit.js';
import { DaemonProcess, killAll } from '../product/daemon.js';
import { delay } from '../product/wait.js';
import { type Scenario, scenario } from '../scenario.js';
import { makeShots } from '../workload/shot.js';
import { send, startDaemon } from './home.js';

const vanished = (name: string, replace: (home: string) => Promise<void>): Scenario =>
  scenario({
    part: 'disk',
    name,
    promises: {
      nothing: 'nothing is acknowledged that is not in the data folder',
      next: 'a daemon can be started on the folder afterwards',
    },
    async run(round) {
      const home = join(round.folder, 'home');
      const daemon = await startDaemon(round, home);
      const client = await Client.connect(home);
      await send(client, await makeShots(round.random, 'figure', 5));
      await replace(home);
      await delay(round.random.integer(0, 3000));
      const { stored } = await send(client, await makeShots(round.random, 'figure', 10));
      client.close();
      await daemon.stop().catch(() => killAll(home));
      try {
        const next = await DaemonProcess.start(home);
        round.onEnd(() => next.kill('SIGKILL'));
        const again = await Client.connect(home);
        const lost = await findLost(again, home, stored);
        round.tally.acknowledgedShots += stored.length;
        round.tally.lostShots += lost.length;
        round.check('nothing', lost.length === 0, `${lost.length} of ${stored.length} acknowledged shots are lost`);
        round.check('next', true, '');
        again.close();
        await next.stop();
      } catch (error) {
        round.check('next', false, String(error));
      }
    },
  });

const removed = vanished('folder-removed', (home) => rm(home, { recursive: true, maxRetries: 5 }));
const replaced = vanished('folder-replaced', async (home) => {
  await rename(home, `${home}-before`);
  await mkdir(home);
});
/** As a backup that is restored, or a synchronising tool, does. */
const restored = vanished('folder-restored', async (home) => {
  await rename(home, `${home}-before`);
  await cp(`${home}-before`, home, { recursive: true });
});

const permissions = scenario({
  part: 'disk',
  name: 'permissions',
  promises: {
    owner: 'data folder, database and descriptor may be read by their owner only, also when they were there before',
  },
  async run(round) {
    const home = join(round.folder, 'home');
    await mkdir(home, { mode: 0o755 });
    await (await startDaemon(round, home)).stop();
    await chmod(home, 0o755);
    await chmod(join(home, 'state.db'), 0o644);
    await writeFile(join(home, 'daemon.json'), '{}', { mode: 0o644 });
    const daemon = await startDaemon(round, home);
    for (const name of ['.', 'state.db', 'daemon.json']) {
      const mode = (await stat(join(home, name))).mode & 0o777;
      round.check('owner', (mode & 0o077) === 0, `${name}: ${mode.toString(8)}`);
    }
    await daemon.stop();
  },
});

export const folders: readonly Scenario[] = [removed, replaced, restored, permissions];
