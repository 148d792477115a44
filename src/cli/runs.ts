/** @file `lora-bridge runs list` and `lora-bridge runs remove`. */
import type { Command } from 'commander';
import { unknownJob } from '../jobs/unknown-job.js';
import { jobId } from './job-id.js';
import { print, printJson } from './output.js';
import { describeJob } from './status.js';
import { withDaemon } from './with-daemon.js';

export function addRunsCommand(program: Command): void {
  const runs = program.command('runs').description('List and remove training runs.');
  runs
    .command('list')
    .description('List all runs, newest first.')
    .option('--json', 'Print one JSON array.')
    .action(async ({ json }: { json?: boolean }) => {
      const jobs = await withDaemon((client) => client.listJobs(), { runsJobs: false });
      if (json) printJson(jobs);
      else for (const job of jobs) print(`${describeJob(job)}  ${job.out ?? ''}`);
    });
  runs
    .command('remove')
    .description('Remove a run that has ended; its folder is deleted if it is in the data folder.')
    .argument('<job...>', 'Ids of the jobs.')
    .action(async (ids: string[]) => {
      await withDaemon(
        async (client) => {
          for (const id of ids) {
            const { job } = await client.request({ type: 'job.status', job: jobId(id) });
            if (job.state === 'unknown') throw unknownJob(id);
            await client.request({ type: 'job.remove', job: id });
            print(`removed ${id}`);
          }
        },
        { runsJobs: false },
      );
    });
}
