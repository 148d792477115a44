/** @file The daemon under attack, and how it is judged: by what others wait, by its memory, and by whether it still serves. */
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from '../client/client.js';
import { type Descriptor, readDescriptor } from '../client/descriptor.js';
import { Meter } from '../client/meter.js';
import { DaemonProcess } from '../product/daemon.js';
import { delay, waitFor, within } from '../product/wait.js';
import { Random } from '../random.js';
import type { Round } from '../scenario.js';
import { percentile } from '../tally.js';
import { makeShots } from '../workload/shot.js';

export const targetPromises = {
  latency: "others' answers take less than 100 ms (p99)",
  memory: 'the daemon stays under 400 MB',
  serves: 'the daemon lives, and serves new clients afterwards',
} as const;
export type TargetRound = Round<keyof typeof targetPromises>;

export interface Target {
  readonly home: string;
  readonly daemon: DaemonProcess;
  readonly descriptor: Descriptor;
}

/** A character with as many shots as one `shot.list` may ask for. */
export const crowded = 'crowded';
const crowdedShots = 1000;

const latencyAtMost = 100;
const memoryAtMost = 400e6;

/** A data folder with many shots. They are too small to train on: how long an inspection takes does not matter here. */
async function makeCrowdedHome(folder: string): Promise<string> {
  const home = join(folder, 'home');
  const daemon = await DaemonProcess.start(home);
  const client = await Client.connect(home);
  const shots = await makeShots(new Random(crowded), crowded, crowdedShots, 8);
  await Promise.all(shots.map((shot) => client.sendShot(shot)));
  const isDone = await waitFor(120, async () =>
    (await client.shots(crowded)).some(({ state }) => state === 'stored') ? undefined : true,
  );
  if (isDone === undefined) throw new Error('The shots were not inspected within 120 s.');
  client.close();
  await daemon.stop();
  return home;
}

/** Lets `attack` loose on a daemon and judges how it stands. A crowded target has a character with 1,000 shots. */
export async function underAttack(
  round: TargetRound,
  attack: (target: Target) => Promise<void>,
  isCrowded = false,
): Promise<void> {
  const home = join(round.folder, 'home');
  if (isCrowded) await cp(await round.share('crowded', makeCrowdedHome), home, { recursive: true });
  const daemon = await DaemonProcess.start(home);
  const meter = await Meter.start(home);
  round.onEnd(() => {
    meter.end();
    daemon.kill('SIGKILL');
  });
  await meter.take();
  await delay(1000);
  const quiet = percentile(await meter.take(), 99);
  await attack({ home, daemon, descriptor: await readDescriptor(home) });
  await delay(300);
  const latencies = await meter.take();
  const { peak } = daemon.memory;
  round.tally.latencies.push(...latencies);
  round.tally.notePeak(peak);
  const p99 = percentile(latencies, 99);
  // A machine that is busy with other things makes everybody wait.
  const isFast = p99 < Math.max(latencyAtMost, 10 * quiet);
  round.check(
    'latency',
    isFast,
    `p99 ${p99.toFixed(1)} ms of ${latencies.length} answers, ${quiet.toFixed(1)} ms before`,
  );
  round.check('memory', peak > 0 && peak <= memoryAtMost, `${Math.round(peak / 1e6)} MB at most`);
  await auditService(round, home, daemon);
}

async function auditService(round: TargetRound, home: string, daemon: DaemonProcess): Promise<void> {
  try {
    const client = await within(30, 'A new connection', Client.connect(home));
    await within(30, 'A ping', client.request({ type: 'ping' }));
    client.close();
    round.check('serves', daemon.isAlive, '');
  } catch (error) {
    round.check('serves', false, `${error}; alive: ${daemon.isAlive}; ${daemon.stderr.slice(-500)}`);
  }
}
