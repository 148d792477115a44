/** @file A child process that outlived a killed daemon may still be writing its last checkpoint: the run must wait for it. */
import { uptime } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { LoraBridgeError } from '../errors/lora-bridge-error.js';
import type { JobWorker } from '../store/jobs.js';
import { startOf } from './process-start.js';

/** When this machine booted, in seconds since 1970; changes with the clock. */
const bootTime = (): number => Date.now() / 1000 - uptime();

export async function recordOf(pid: number): Promise<JobWorker> {
  const start = await startOf(pid);
  return { pid, bootedAt: bootTime(), ...(start !== undefined && { start }) };
}

async function isAlive({ pid, bootedAt, start }: JobWorker): Promise<boolean> {
  if (start !== undefined) return (await startOf(pid)) === start;
  // Clocks are adjusted and uptimes rounded: up to a minute apart is the same boot.
  if (Math.abs(bootTime() - bootedAt) > 60) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/**
 * Returns once the recorded process has ended.
 * @throws LoraBridgeError `state.run.busy` when it has not within `deadlineSeconds`
 */
export async function waitForOrphanedWorker(worker: JobWorker, deadlineSeconds: number): Promise<void> {
  const deadline = performance.now() + deadlineSeconds * 1000;
  while (await isAlive(worker)) {
    if (performance.now() > deadline) {
      throw new LoraBridgeError('state.run.busy', `Process ${worker.pid} is still working on this run.`, {
        hint: `End process ${worker.pid} and resume the job.`,
      });
    }
    await delay(100);
  }
}
