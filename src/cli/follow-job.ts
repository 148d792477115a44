/** @file Shows a job on the terminal until it ends; Ctrl-C stops it with a checkpoint. */

import { existsSync } from 'node:fs';
import type { DaemonClient } from '../client/daemon-client.js';
import { errorOf } from '../errors/error-report.js';
import { LoraBridgeError } from '../errors/lora-bridge-error.js';
import type { ProgressMessage } from '../protocol/daemon-messages.js';
import type { DurableEvent } from '../protocol/events.js';
import type { JobDescription } from '../protocol/job.js';
import { RunFolder } from '../training/run-folder.js';
import { onEndSignal } from '../worker/end-signals.js';
import { Interrupted } from './interrupted.js';
import { note } from './output.js';
import { ProgressLine } from './progress.js';

/** Says which job a queued one waits for: one job runs at a time. */
async function noteQueue(client: DaemonClient, id: string): Promise<void> {
  const jobs = await client.listJobs();
  const active = jobs.find(({ state }) => ['preparing', 'running', 'stopping'].includes(state));
  if (active === undefined || active.id === id) return;
  note(`waiting for job ${active.id} (${active.character}), which is ${active.state}; one job runs at a time`);
}

/** What Ctrl-C ends a training with: where the checkpoint is, and how to resume. */
function stoppedByUser({ id, out, steps = 0 }: JobDescription, step: number, signal: NodeJS.Signals): Interrupted {
  const checkpoint = out === undefined || step === 0 ? undefined : new RunFolder(out).checkpoint(step);
  const kept = checkpoint !== undefined && existsSync(checkpoint) ? ` The checkpoint is ${checkpoint}.` : '';
  const message = `Stopped at step ${step} of ${steps}.${kept}`;
  return new Interrupted(message, `Resume with \`lora-bridge train --resume ${id}\`.`, signal);
}

/**
 * Waits for a job that succeeds.
 * @throws LoraBridgeError what the job failed with; `state.job.stopped` when it was stopped or interrupted; `Interrupted` after Ctrl-C
 */
export async function followJob(client: DaemonClient, id: string, quiet: boolean): Promise<JobDescription> {
  const line = new ProgressLine(quiet);
  let step = 0;
  const onProgress = (message: ProgressMessage): void => {
    if (message.job !== id) return;
    if (message.type === 'job.step') step = message.step;
    line.showProgress(message);
  };
  const onEvent = (event: DurableEvent): void => {
    if ('job' in event && event.job === id) line.showEvent(event);
  };
  let interruptedBy: NodeJS.Signals | undefined;
  const onInterrupt = (signal: NodeJS.Signals): void => {
    // A terminal that closes may say so twice. A second Ctrl-C means: do not wait for the checkpoint.
    if (interruptedBy !== undefined && signal === 'SIGHUP') return;
    if (interruptedBy !== undefined) process.exit(130);
    interruptedBy = signal;
    line.end();
    note('Stopping after this step; press Ctrl-C again to quit immediately.');
    client.request({ type: 'job.stop', job: id }).catch((error) => note(String(error)));
  };
  client.on('progress', onProgress).on('event', onEvent);
  const removeListener = onEndSignal(onInterrupt);
  try {
    if (!quiet) await noteQueue(client, id);
    const job = await client.waitForJob(id);
    if (job.state === 'succeeded') return job;
    if (job.error !== undefined) throw errorOf(job.error);
    if (interruptedBy !== undefined) throw stoppedByUser(job, Math.max(step, job.step ?? 0), interruptedBy);
    const how = job.state === 'cancelled' ? 'was stopped' : `is ${job.state}`;
    throw new LoraBridgeError(
      'state.job.stopped',
      `Job ${id} ${how} at step ${Math.max(step, job.step ?? 0)} of ${job.steps ?? '?'}.`,
      {
        hint: `Resume with \`lora-bridge train --resume ${id}\`.`,
      },
    );
  } finally {
    line.end();
    client.off('progress', onProgress).off('event', onEvent);
    removeListener();
  }
}
