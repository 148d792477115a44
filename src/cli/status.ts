/** @file `lora-bridge status`: what the daemon is doing. */
import type { Command } from 'commander';
import { isTerminal, type JobDescription } from '../protocol/job.js';
import { print, printJson } from './output.js';
import { connect } from './with-daemon.js';

const isLive = ({ state }: JobDescription): boolean => state !== 'unknown' && !isTerminal(state);

/** One line about a job. */
export function describeJob({ id, state, character, step = 0, steps = 0 }: JobDescription): string {
  return `${id}  ${state.padEnd(11)}  ${String(step).padStart(6)}/${String(steps).padEnd(6)}  ${character ?? ''}`;
}

export function addStatusCommand(program: Command): void {
  program
    .command('status')
    .description('Show what the daemon is doing: characters with shots, running and queued jobs.')
    .option('--json', 'Print one JSON object.')
    .action(async ({ json }: { json?: boolean }) => {
      const client = await connect();
      try {
        const { characters } = await client.request({ type: 'character.list' });
        const jobs = (await client.listJobs()).filter(isLive);
        if (json) printJson({ characters, jobs });
        else {
          for (const { name, shots } of characters) print(`${String(shots).padStart(5)} shots of ${name}`);
          for (const job of jobs) print(describeJob(job));
          if (jobs.length === 0) print('no running or queued jobs');
        }
      } finally {
        await client.close();
      }
    });
}
