/** @file `lora-bridge daemon` and `lora-bridge daemon stop`. */
import type { Command } from 'commander';
import { startDaemon } from '../daemon/daemon.js';
import { stopOnSignals } from '../daemon/signals.js';
import { LoraBridgeError } from '../errors/lora-bridge-error.js';
import { note, print, printJson } from './output.js';
import { connect } from './with-daemon.js';

function seconds(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text !== '' && Number.isFinite(value) && value > 0) return value;
  throw new LoraBridgeError('input.option.invalid', `--idle-exit: ${text} is not a number of seconds.`, {
    hint: 'Give a number above 0, such as --idle-exit 600.',
  });
}

export function addDaemonCommand(program: Command): void {
  const daemon = program
    .command('daemon')
    .description('Run the daemon that editors, the watch folder and other commands talk to.')
    .option('--idle-exit <seconds>', 'End after so long without clients and jobs. Default: never.')
    .option('--json', 'Print where it listens as one JSON object.')
    .action(async ({ idleExit, json }: { idleExit?: string; json?: boolean }) => {
      const idleExitSeconds = seconds(idleExit);
      const running = await startDaemon(idleExitSeconds === undefined ? {} : { idleExitSeconds });
      stopOnSignals(running);
      if (json) printJson({ url: running.url, pid: process.pid, descriptor: running.home.descriptor });
      else {
        print(`listening at ${running.url}`);
        note(`clients find it by ${running.home.descriptor}; Ctrl-C ends it`);
      }
      await running.closed;
    });
  daemon
    .command('stop')
    .description('End the running daemon cleanly; a running job keeps a checkpoint and can be resumed.')
    .action(async () => {
      const client = await connect();
      const gone = new Promise<void>((resolve) => client.once('disconnected', resolve));
      await client.request({ type: 'daemon.stop' });
      await gone;
      await client.close();
      print('the daemon has stopped');
    });
}
