/** @file Disks that are full, or may not be written. */
import { rm, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from '../client/client.js';
import { findLost } from '../kills/audit.js';
import { StartRefused } from '../product/daemon.js';
import { within } from '../product/wait.js';
import { type Round, type Scenario, scenario } from '../scenario.js';
import { jobOptions, waitForState, writeImages } from '../workload/job.js';
import { makeShots, type Shot, sha256Of } from '../workload/shot.js';
import { isHelpful, send, startDaemon } from './home.js';
import { mountMemory, mountUnavailable, remount, unmount } from './mount.js';

function mountHome(round: Round<never>, megabytes: number): string {
  const home = join(round.folder, 'home');
  if (!mountMemory(home, megabytes)) throw new Error(`No file system could be mounted at ${home}.`);
  round.onEnd(() => {
    unmount(home);
  });
  return home;
}

const full = scenario({
  part: 'disk',
  name: 'full',
  promises: {
    refused: 'on a full disk shots are refused with resource.disk.full, and nothing acknowledged is lost',
    lives: 'the daemon lives through it, and starts on a full disk or says why not',
    job: 'a job on a full disk ends with resource.disk.full, and succeeds once there is space',
    recovers: 'once there is space, everything works as before',
  },
  unavailable: mountUnavailable,
  async run(round) {
    const home = mountHome(round, 48);
    let daemon = await startDaemon(round, home);
    const client = await Client.connect(home);
    const large = (): Shot[] =>
      Array.from({ length: 20 }, (_, index) => {
        const bytes = round.random.bytes(64 << 10);
        const whole = Buffer.concat([bytes, Buffer.alloc(3 << 20)]);
        return { id: round.random.uuid(), character: 'large', name: `${index}`, bytes: whole, sha256: sha256Of(whole) };
      });
    const { stored, codes } = await send(client, large());
    const areTold = codes.length > 0 && codes.every((code) => code === 'resource.disk.full');
    round.check('refused', areTold, `${stored.length} stored; codes: ${[...new Set(codes)]}`);
    // Not a byte is free: worse than what the daemon itself allows.
    const { bavail, bsize } = await statfs(home);
    const filler = join(home, 'filler');
    await writeFile(filler, Buffer.alloc(bavail * bsize)).catch(() => {});
    const more = await send(client, await makeShots(round.random, 'figure', 3));
    const all = [...stored, ...more.stored];
    const job = round.random.uuid();
    const folder = await writeImages(join(round.folder, 'images'));
    const start = { job, character: 'figure', folder, options: jobOptions(1, 8) };
    const hasStarted = await client.startJob(start).then(
      () => true,
      () => false,
    );
    if (hasStarted) {
      const end = await waitForState(client, job, undefined, 60);
      round.check(
        'job',
        end?.error?.code === 'resource.disk.full',
        JSON.stringify(end?.error ?? end?.state ?? 'no end'),
      );
    }
    round.check('lives', daemon.isAlive, daemon.stderr.slice(-300));
    const lost = await findLost(client, home, all);
    round.check('refused', lost.length === 0, lost.join('; '));
    client.close();
    await daemon.stop();
    try {
      daemon = await startDaemon(round, home);
      await daemon.stop();
    } catch (error) {
      if (!(error instanceof StartRefused)) throw error;
      round.check('lives', isHelpful(`${error.end.stdout}${error.end.stderr}`), error.message);
    }
    await rm(filler, { force: true });
    daemon = await startDaemon(round, home);
    const again = await Client.connect(home);
    const later = await send(again, await makeShots(round.random, 'figure', 3));
    const stillLost = await findLost(again, home, [...all, ...later.stored]);
    round.check(
      'recovers',
      stillLost.length === 0 && later.codes.length === 0,
      [...stillLost, ...later.codes].join('; '),
    );
    const { state } = await again.job('job.status', job);
    await (state === 'unknown' ? again.startJob(start) : again.job('job.resume', job).catch(() => {}));
    const end = await waitForState(again, job, undefined, 60);
    round.check('job', end?.state === 'succeeded', `with space again: ${JSON.stringify(end?.error ?? end?.state)}`);
    again.close();
    await daemon.stop();
  },
});

const readOnly = scenario({
  part: 'disk',
  name: 'read-only',
  promises: {
    start: 'a daemon does not start on a read-only folder and says why, without a stack trace',
    recovers: 'when it may be written again, everything is there',
  },
  unavailable: mountUnavailable,
  async run(round) {
    const home = mountHome(round, 64);
    const daemon = await startDaemon(round, home);
    const client = await Client.connect(home);
    const { stored } = await send(client, await makeShots(round.random, 'figure', 5));
    await daemon.stop();
    client.close();
    remount(home, 'ro');
    try {
      await (await startDaemon(round, home)).stop();
      round.check('start', false, 'it started');
    } catch (error) {
      if (!(error instanceof StartRefused)) throw error;
      round.check('start', isHelpful(`${error.end.stdout}${error.end.stderr}`), error.message);
    }
    remount(home, 'rw');
    const next = await startDaemon(round, home);
    const other = await Client.connect(home);
    const lost = await findLost(other, home, stored);
    round.check('recovers', lost.length === 0, lost.join('; '));
    other.close();
    await within(30, 'The end', next.stop());
  },
});

export const space: readonly Scenario[] = [full, readOnly];
