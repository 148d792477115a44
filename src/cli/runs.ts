/** @file `lora-bridge runs list` and `lora-bridge runs remove`. */
import type { Command } from 'commander';
import { unknownJob } from '../jobs/unknown-job.js';
import { findJob } from './job-id.js';
import { jobLine } from './job-line.js';
import { print, printJson } from './output.js';
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
      else if (jobs.length === 0) print('no runs');
      else for (const job of jobs) print(`${jobLine(job)}  ${job.out ?? ''}`);
    });
  runs
    .command('remove')
    .description('Remove a run that has ended; its folder is deleted if it is in the data folder.')
    .argument('<job...>', 'Job ids or their beginnings, names of characters, or last.')
    .option('--json', 'Print one JSON array of the removed ids.')
    .action(async (named: string[], { json }: { json?: boolean }) => {
      const removed: string[] = [];
      await withDaemon(
        async (client) => {
          for (const text of named) {
            const id = await findJob(client, text);
            const { job } = await client.request({ type: 'job.status', job: id });
            if (job.state === 'unknown') throw unknownJob(id);
            await client.request({ type: 'job.remove', job: id });
            removed.push(id);
            if (!json) print(`removed ${id}`);
          }
        },
        { runsJobs: false },
      );
      if (json) printJson(removed);
    });
}
