/** @file A child process that outlived a killed daemon may still be writing its last checkpoint: the run must wait for it. */
import { readFileSync } from 'node:fs';
import { uptime } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { LoraBridgeError } from '../errors/lora-bridge-error.js';
import type { JobWorker } from '../store/jobs.js';

/** When this machine booted, in seconds since 1970; changes with the clock. */
const bootTime = (): number => Date.now() / 1000 - uptime();

/** What tells a process on Linux from all others, whatever the clock says; undefined elsewhere, or where there is none. */
function startOf(pid: number): string | undefined {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    // proc(5): field 22 is the start in clock ticks since boot. Field 2 is a name in brackets, which may contain spaces.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    return `${boot} ${fields[19]}`;
  } catch {
    return undefined;
  }
}

export function recordOf(pid: number): JobWorker {
  const start = startOf(pid);
  return { pid, bootedAt: bootTime(), ...(start !== undefined && { start }) };
}

function isAlive({ pid, bootedAt, start }: JobWorker): boolean {
  if (start !== undefined) return startOf(pid) === start;
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
  while (isAlive(worker)) {
    if (performance.now() > deadline) {
      throw new LoraBridgeError('state.run.busy', `Process ${worker.pid} is still working on this run.`, {
        hint: `End process ${worker.pid} and resume the job.`,
      });
    }
    await delay(100);
  }
}
