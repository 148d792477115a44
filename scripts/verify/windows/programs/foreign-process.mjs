/** @file A job's process has ended, and another program has its id now. */

import { recordOf, waitForOrphanedWorker } from 'file:///C:/app/node_modules/lora-bridge/dist/jobs/orphaned-worker.js';
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';

const start = () => spawn(process.execPath, ['-e', 'setTimeout(() => {}, 30_000)'], { stdio: 'ignore' });
const [worker, foreign] = [start(), start()];
const record = await recordOf(worker.pid);
await assert.rejects(waitForOrphanedWorker(record, 0.5), { code: 'state.run.busy' });
worker.kill('SIGKILL');
const begun = performance.now();
await waitForOrphanedWorker({ ...record, pid: foreign.pid }, 10);
foreign.kill('SIGKILL');
console.log(`not waited for: ${((performance.now() - begun) / 1000).toFixed(1)} s`);
