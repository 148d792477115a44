/** @file Processes of a killed daemon are recognised, whatever the clock says. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { recordOf, waitForOrphanedWorker } from '../../src/jobs/orphaned-worker.js';

const busy = { code: 'state.run.busy' };

test('waits for the process that was recorded, until it has ended', async () => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child, 'spawn');
  const record = await recordOf(child.pid ?? 0);
  await expect(waitForOrphanedWorker(record, 0.2)).rejects.toMatchObject(busy);
  child.kill('SIGKILL');
  await waitForOrphanedWorker(record, 20);
});

test.runIf(['linux', 'darwin', 'win32'].includes(process.platform))(
  'a clock that was set changes nothing, another process of that id is not waited for',
  async () => {
    const record = await recordOf(process.pid);
    await expect(waitForOrphanedWorker({ ...record, bootedAt: record.bootedAt + 7200 }, 0.2)).rejects.toMatchObject(
      busy,
    );
    await waitForOrphanedWorker({ ...record, start: `${record.start}1` }, 0.2);
  },
);
