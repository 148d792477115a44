/** @file Two commands on one data folder at the same time. */

import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from '../client/client.js';
import { descriptorFile } from '../client/descriptor.js';
import { findLost } from '../kills/audit.js';
import { type CommandEnd, startCommand } from '../product/command.js';
import { DaemonProcess, StartRefused } from '../product/daemon.js';
import { processesOf } from '../product/processes.js';
import { delay, waitFor, within } from '../product/wait.js';
import { type Scenario, scenario } from '../scenario.js';
import { writeImages } from '../workload/job.js';
import { Workload } from '../workload/workload.js';

const tail = ({ exitCode, stdout, stderr }: CommandEnd): string =>
  `exit code ${exitCode}: ${`${stdout}${stderr}`.slice(-300)}`;

const twoTrainings = scenario({
  part: 'races',
  name: 'two-trainings',
  promises: {
    both: 'two `train` commands at the same time both end with their LoRA',
    left: 'nothing is left running after them',
  },
  async run(round) {
    const [home, images] = [join(round.folder, 'home'), await writeImages(join(round.folder, 'images'))];
    const options = [
      '--steps',
      '8',
      '--resolution',
      '64',
      '--preview-every',
      '0',
      '--framings',
      'full',
      '--threads',
      '1',
    ];
    const train = (name: string): Promise<CommandEnd> => {
      const out = join(round.folder, name);
      return startCommand(home, 'train', '--images', images, '--out', out, '--json', ...options).ended;
    };
    const first = train('one');
    await delay(round.random.integer(0, 2500));
    const ends = await within(120, 'Two trainings', Promise.all([first, train('two')]));
    for (const [index, end] of ends.entries()) {
      const isThere = existsSync(join(round.folder, index === 0 ? 'one' : 'two', 'lora.safetensors'));
      round.check('both', end.exitCode === 0 && isThere, `command ${index + 1}: ${tail(end)}`);
    }
    await waitFor(10, () => processesOf(home).length === 0 || undefined);
    round.check(
      'left',
      processesOf(home).length === 0,
      processesOf(home)
        .map(({ commandLine }) => commandLine)
        .join('; '),
    );
  },
});

const twoDaemons = scenario({
  part: 'races',
  name: 'two-daemons',
  promises: {
    one: 'of daemons started at the same time one runs, and the others name it',
    successor:
      'a daemon that is started when the descriptor of a stopping one is gone runs, or starts within 30 s of tries',
  },
  async run(round) {
    const home = join(round.folder, 'home');
    const starts = await Promise.allSettled(Array.from({ length: 3 }, () => DaemonProcess.start(home)));
    const running = starts.flatMap((start) => (start.status === 'fulfilled' ? [start.value] : []));
    round.onEnd(() => {
      for (const daemon of running) daemon.kill('SIGKILL');
    });
    round.check('one', running.length === 1, `${running.length} run`);
    for (const start of starts) {
      if (start.status === 'fulfilled') continue;
      const { reason } = start;
      const said = reason instanceof StartRefused ? `${reason.end.stdout}${reason.end.stderr}` : String(reason);
      round.check('one', /already runs|state\.daemon\.running/.test(said), said.slice(0, 300));
    }
    const [daemon] = running;
    if (daemon === undefined) return;
    const descriptor = JSON.parse(await readFile(descriptorFile(home), 'utf8')) as { pid: number };
    round.check('one', descriptor.pid === daemon.pid, 'the descriptor is that of another process');
    await (await Client.connect(home)).request({ type: 'daemon.stop' });
    await waitFor(30, () => !existsSync(descriptorFile(home)) || undefined, 1);
    const stopped = performance.now();
    const next = await waitFor(30, () => DaemonProcess.start(home).catch(() => undefined), 200);
    const seconds = ((performance.now() - stopped) / 1000).toFixed(1);
    round.check('successor', next !== undefined, `none within ${seconds} s`);
    if (next !== undefined) running.push(next);
  },
});

const stopAmidUpload = scenario({
  part: 'races',
  name: 'stop-upload',
  promises: {
    soon: 'a daemon that is stopped while shots arrive ends within 10 s, and nothing of it is left',
    lost: 'what it has acknowledged is there at the next start',
  },
  async run(round) {
    const workload = new Workload(round.random, round.folder);
    for (let stop = 0; stop < 4; stop++) {
      const daemon = await DaemonProcess.start(workload.home);
      await workload.connect();
      await workload.makeAndUpload(30);
      await delay(round.random.integer(0, 250));
      const start = performance.now();
      await daemon.stop();
      await waitFor(60, () => processesOf(workload.home).length === 0 || undefined);
      const took = (performance.now() - start) / 1000;
      round.check('soon', took < 10, `it took ${took.toFixed(1)} s`);
      await workload.uploaded();
    }
    const last = await DaemonProcess.start(workload.home);
    await workload.connect();
    await workload.uploaded();
    const lost = await findLost(workload.client, workload.home, [...workload.acknowledged.values()]);
    round.tally.acknowledgedShots += workload.acknowledged.size;
    round.tally.lostShots += lost.length;
    round.check('lost', lost.length === 0, lost.slice(0, 5).join('; '));
    workload.disconnect();
    await last.stop();
  },
});

export const commandRaces: readonly Scenario[] = [twoTrainings, twoDaemons, stopAmidUpload];
