/** @file `lora-bridge status`: what the daemon is doing. */
import type { Command } from 'commander';
import { LoraBridgeError } from '../errors/lora-bridge-error.js';
import { isTerminal, type JobDescription } from '../protocol/job.js';
import { jobLine } from './job-line.js';
import { print, printJson } from './output.js';
import { connect } from './with-daemon.js';

const isLive = ({ state }: JobDescription): boolean => state !== 'unknown' && !isTerminal(state);

export function addStatusCommand(program: Command): void {
  program
    .command('status')
    .description('Show what the daemon is doing: characters with shots, running and queued jobs.')
    .option('--json', 'Print one JSON object.')
    .action(async ({ json }: { json?: boolean }) => {
      const client = await connect().catch((error) => {
        if (error instanceof LoraBridgeError && error.code === 'state.daemon.absent') return undefined;
        throw error;
      });
      if (client === undefined) {
        if (json) printJson({ running: false, characters: [], jobs: [] });
        else print('no daemon is running; commands start one as needed, `lora-bridge daemon` one that stays');
        return;
      }
      try {
        const { characters } = await client.request({ type: 'character.list' });
        const jobs = (await client.listJobs()).filter(isLive);
        if (json) printJson({ running: true, characters, jobs });
        else {
          for (const { name, shots } of characters) print(`${String(shots).padStart(5)} shots of ${name}`);
          for (const job of jobs) print(jobLine(job));
          if (jobs.length === 0) print('no running or queued jobs');
        }
      } finally {
        await client.close();
      }
    });
}
