/** @file A day's work, compressed: shots, corrections, lists and small trainings, again and again. Nothing may grow. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from '../client/client.js';
import { httpGet, readDescriptor } from '../client/descriptor.js';
import { findLost } from '../kills/audit.js';
import { DaemonProcess } from '../product/daemon.js';
import { handlesOf } from '../product/processes.js';
import { type Scenario, scenario } from '../scenario.js';
import { jobOptions, waitForState, writeImages } from '../workload/job.js';
import { makeShots, type Shot } from '../workload/shot.js';
import { growthOf, type Sample } from './growth.js';

const shotsPerLap = 20;
const lapsPerJob = 8;
/** Shots of older laps are removed. */
const lapsKept = 4;
async function lap(client: Client, shots: readonly Shot[], tidied: readonly Shot[] | undefined): Promise<void> {
  await Promise.all(shots.map((shot) => client.sendShot(shot)));
  await client.request({ type: 'character.list' });
  for (const { id } of shots.slice(0, 3)) {
    await client.request({ type: 'shot.change', shot: id, caption: 'a corrected caption', excluded: false });
  }
  await client.shots('figure');
  if (tidied !== undefined) await client.request({ type: 'shot.remove', shots: tidied.map(({ id }) => id) });
}

const day = scenario({
  part: 'soak',
  name: 'day',
  promises: {
    memory: "the daemon's memory is flat: late as early, but for 15 % and 20 MB",
    handles: 'open files and sockets are flat: at most 3 more late than early',
    files: 'files in the data folder are flat, but for logs: at most 10 more late than early',
    lost: 'no acknowledged shot is lost over the day',
    jobs: 'every small training succeeds',
  },
  async run(round) {
    const home = join(round.folder, 'home');
    const images = await writeImages(join(round.folder, 'images'));
    const daemon = await DaemonProcess.start(home);
    round.onEnd(() => daemon.kill('SIGKILL'));
    const [samples, laps]: [Sample[], Shot[][]] = [[], []];
    const end = performance.now() + round.seconds * 1000;
    let finished: string | undefined;
    while (performance.now() < end) {
      // A new connection each time, as after every domain reload of an editor.
      const client = await Client.connect(home);
      const shots = await makeShots(round.random, 'figure', shotsPerLap);
      const tidied = laps.length >= lapsKept ? laps.shift() : undefined;
      await lap(client, shots, tidied);
      laps.push(shots);
      round.tally.acknowledgedShots += shots.length;
      await httpGet(await readDescriptor(home), '/status');
      if (samples.length % lapsPerJob === 0) {
        const job = round.random.uuid();
        await client.startJob({ job, character: 'figure', folder: images, options: jobOptions(1, 4) });
        const last = await waitForState(client, job);
        round.tally.jobs++;
        round.check('jobs', last?.state === 'succeeded', JSON.stringify(last?.error ?? last?.state));
        if (finished !== undefined) await client.request({ type: 'job.remove', job: finished });
        finished = job;
      }
      const lost = await findLost(client, home, laps.flat());
      round.tally.lostShots += lost.length;
      round.check('lost', lost.length === 0, lost.slice(0, 3).join('; '));
      client.close();
      const files = readdirSync(home, { recursive: true }).filter((name) => !String(name).startsWith('logs')).length;
      samples.push({ memory: daemon.memory.now, handles: handlesOf(daemon.pid), files });
    }
    round.tally.notePeak(daemon.memory.peak);
    const growths = growthOf(samples);
    if (growths === undefined) round.skip(`${samples.length} laps are too few to compare early with late`);
    for (const { what, isFlat, detail } of growths ?? []) round.check(what, isFlat, detail);
    await daemon.stop();
  },
});

export const soak: readonly Scenario[] = [day];
