/** @file Starts the process that measures latencies. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { within } from '../product/wait.js';

const entry = fileURLToPath(new URL('meter-main.ts', import.meta.url));

export class Meter {
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  static async start(home: string): Promise<Meter> {
    const child = fork(entry, [home], { execArgv: ['--import', 'tsx'], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    await within(60, 'The start of the meter', once(child, 'message'));
    return new Meter(child);
  }

  /** Milliseconds that each question since the last call has waited. */
  async take(): Promise<number[]> {
    const answer = once(this.#child, 'message');
    this.#child.send('take');
    const [latencies] = (await within(30, 'The meter', answer)) as [number[]];
    return latencies;
  }

  end(): void {
    this.#child.kill('SIGKILL');
  }
}
