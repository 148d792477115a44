/** @file A daemon as its own process: started, killed, looked at from outside. */
import { type Command, type CommandEnd, startCommand } from './command.js';
import { memoryOf, processesOf } from './processes.js';
import { waitFor, within } from './wait.js';

/** How long a start may take on a busy machine. */
const startSeconds = 60;

/** The daemon ended instead of listening. */
export class StartRefused extends Error {
  readonly end: CommandEnd;

  constructor(end: CommandEnd) {
    super(`The daemon did not start (exit code ${end.exitCode}, signal ${end.signal}): ${end.stdout}${end.stderr}`);
    this.end = end;
  }
}

export class DaemonProcess {
  readonly home: string;
  readonly pid: number;
  readonly ended: Promise<CommandEnd>;
  readonly #command: Command;

  private constructor(home: string, command: Command, pid: number) {
    this.home = home;
    this.#command = command;
    this.pid = pid;
    this.ended = command.ended;
  }

  /** @throws StartRefused when it ends before it listens */
  static async start(home: string): Promise<DaemonProcess> {
    const command = startCommand(home, 'daemon', '--json');
    const { child, output, ended } = command;
    let end: CommandEnd | undefined;
    void ended.then((value) => {
      end = value;
    });
    const isReady = await waitFor(startSeconds, () => {
      if (end !== undefined) throw new StartRefused(end);
      // A refusal is a line of JSON too.
      return output.stdout.startsWith('{"url"') || undefined;
    });
    if (isReady === undefined || child.pid === undefined) {
      child.kill('SIGKILL');
      throw new Error(`The daemon did not listen within ${startSeconds} s.`);
    }
    return new DaemonProcess(home, command, child.pid);
  }

  get isAlive(): boolean {
    return this.#command.child.exitCode === null && this.#command.child.signalCode === null;
  }

  get memory(): { readonly now: number; readonly peak: number } {
    return memoryOf(this.pid);
  }

  /** What it has printed so far on standard error. */
  get stderr(): string {
    return this.#command.output.stderr;
  }

  kill(signal: NodeJS.Signals): void {
    this.#command.child.kill(signal);
  }

  /** Ends it as SIGTERM does, and waits. */
  async stop(seconds = 60): Promise<CommandEnd> {
    this.kill('SIGTERM');
    return await within(seconds, 'The end of the daemon', this.ended);
  }
}

/** Ends whatever still runs on a data folder: for cleaning up. */
export function killAll(home: string): void {
  for (const { pid } of processesOf(home)) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
  }
}
