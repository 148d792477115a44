/** @file A training that would go on for minutes must not do so without its daemon. */
import { join } from 'node:path';
import { DaemonProcess, killAll } from '../product/daemon.js';
import { delay } from '../product/wait.js';
import { type Scenario, scenario } from '../scenario.js';
import { jobOptions, waitForState, writeImages } from '../work/job.js';
import { Work } from '../work/work.js';
import { auditProcesses } from './audit.js';

export const orphan: Scenario = scenario({
  part: 'kills',
  name: 'orphan',
  promises: {
    orphans: 'no process is left 15 s after the daemon was killed amid a long training',
    restart: 'the training is interrupted at the next start, and can be stopped',
  },
  async run(round) {
    const work = new Work(round.random, round.folder);
    const daemon = await DaemonProcess.start(work.home);
    await work.connect();
    const [job, folder] = [round.random.uuid(), await writeImages(join(round.folder, 'images'))];
    await work.client.startJob({ job, character: 'figure', folder, options: jobOptions(1, 100_000) });
    await waitForState(work.client, job, ['running'], 60);
    await delay(round.random.integer(0, 1500));
    daemon.kill('SIGKILL');
    round.tally.kills++;
    await daemon.ended;
    await auditProcesses(round, work.home);
    killAll(work.home);
    const next = await DaemonProcess.start(work.home);
    await work.connect();
    const { state } = await work.client.job('job.status', job);
    round.check('restart', state === 'interrupted', state);
    work.disconnect();
    await next.stop();
  },
});
