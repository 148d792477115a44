/** @file A training that would take minutes must end with its daemon. */
import { join } from 'node:path';
import { DaemonProcess, killAll } from '../product/daemon.js';
import { delay } from '../product/wait.js';
import { type Scenario, scenario } from '../scenario.js';
import { jobOptions, waitForState, writeImages } from '../workload/job.js';
import { Workload } from '../workload/workload.js';
import { auditProcesses } from './audit.js';

export const orphan: Scenario = scenario({
  part: 'kills',
  name: 'orphan',
  promises: {
    orphans: 'no process is left 15 s after the daemon was killed during a long training',
    restart: 'the training is interrupted at the next start, and can be stopped',
  },
  async run(round) {
    const workload = new Workload(round.random, round.folder);
    const daemon = await DaemonProcess.start(workload.home);
    await workload.connect();
    const [job, folder] = [round.random.uuid(), await writeImages(join(round.folder, 'images'))];
    await workload.client.startJob({ job, character: 'figure', folder, options: jobOptions(1, 100_000) });
    await waitForState(workload.client, job, ['running'], 60);
    await delay(round.random.integer(0, 1500));
    daemon.kill('SIGKILL');
    round.tally.kills++;
    await daemon.ended;
    await auditProcesses(round, workload.home);
    killAll(workload.home);
    const next = await DaemonProcess.start(workload.home);
    await workload.connect();
    const { state } = await workload.client.job('job.status', job);
    round.check('restart', state === 'interrupted', state);
    workload.disconnect();
    await next.stop();
  },
});
