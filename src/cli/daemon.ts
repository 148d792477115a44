/** @file `lora-bridge daemon` and `lora-bridge daemon stop`. */
import type { Command } from 'commander';
import { startDaemon } from '../daemon/daemon.js';
import { stopOnSignals } from '../daemon/signals.js';
import { note, print, printJson } from './output.js';
import { parseSeconds } from './seconds.js';
import { connect } from './with-daemon.js';

export function addDaemonCommand(program: Command): void {
  const daemon = program
    .command('daemon')
    .description('Run the daemon that editors and other commands connect to.')
    .option('--idle-exit <seconds>', 'Exit after this many seconds without clients or jobs. Default: never.')
    .option('--json', 'Print where it listens as one JSON object.')
    .action(async ({ idleExit, json }: { idleExit?: string; json?: boolean }) => {
      const options = idleExit === undefined ? {} : { idleExitSeconds: parseSeconds('--idle-exit', idleExit) };
      const running = await startDaemon(options);
      stopOnSignals(running);
      if (json) printJson({ url: running.url, pid: process.pid, descriptor: running.home.descriptor });
      else {
        print(`listening at ${running.url}`);
        note(`descriptor: ${running.home.descriptor}; press Ctrl-C to stop`);
      }
      await running.closed;
    });
  daemon
    .command('stop')
    .description('Stop the running daemon. A running job writes a checkpoint and can be resumed.')
    .option('--json', 'Print one JSON object.')
    .action(async ({ json }: { json?: boolean }) => {
      const client = await connect();
      const gone = new Promise<void>((resolve) => client.once('disconnected', resolve));
      await client.request({ type: 'daemon.stop' });
      await gone;
      await client.close();
      if (json) printJson({ stopped: true });
      else print('daemon stopped');
    });
}
