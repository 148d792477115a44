/** @file `lora-bridge stop [JOB]`: stops a job; it keeps a checkpoint and can be resumed. */
import type { Command } from 'commander';
import type { DaemonClient } from '../client/daemon-client.js';
import { LoraBridgeError } from '../errors/lora-bridge-error.js';
import { unknownJob } from '../jobs/unknown-job.js';
import { findJob } from './job-id.js';
import { print, printJson } from './output.js';
import { connect } from './with-daemon.js';

/** The job to stop if none is named: the running one, else the next in the queue. */
async function currentJob(client: DaemonClient): Promise<string> {
  const jobs = await client.listJobs();
  const inState = (...states: string[]) => jobs.findLast(({ state }) => states.includes(state));
  const job = inState('running', 'preparing', 'stopping') ?? inState('queued');
  if (job !== undefined) return job.id;
  throw new LoraBridgeError('state.job.none', 'There is no running or queued job.', {
    hint: 'List the jobs with `lora-bridge runs list`.',
  });
}

export function addStopCommand(program: Command): void {
  program
    .command('stop')
    .description('Stop a job; its progress is kept in a checkpoint.')
    .argument('[job]', 'Job id or its beginning, name of a character, or last. Default: the running job.')
    .option('--json', 'Print the job as one JSON object.')
    .action(async (named: string | undefined, { json }: { json?: boolean }) => {
      const client = await connect();
      try {
        const id = named === undefined ? await currentJob(client) : await findJob(client, named);
        await client.request({ type: 'job.stop', job: id });
        const job = await client.waitForJob(id);
        if (job.state === 'unknown') throw unknownJob(id);
        if (json) printJson(job);
        else print(`${id} is ${job.state} at step ${job.step ?? 0}`);
      } finally {
        await client.close();
      }
    });
}
