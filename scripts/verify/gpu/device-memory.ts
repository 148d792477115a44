/** @file The most memory of the GPU that a process and its children use, and what was in use before. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { pythonFile } from './check.js';

const answer = z.object({ device: z.number(), process: z.number().nullable() });
type Answer = z.output<typeof answer>;

/** In gigabytes. */
export interface DevicePeak {
  /** Of the whole device, above what was in use before. */
  readonly more: number;
  /** Of the process and its children alone; undefined where the driver does not report it. */
  readonly own: number | undefined;
}

export class DeviceMemory {
  readonly #watcher: ChildProcess;
  readonly #waiting: ((line: Answer | undefined) => void)[] = [];
  #before = 0;

  private constructor(python: string, pid: number) {
    this.#watcher = spawn(python, [pythonFile('device_memory.py'), String(pid)], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const { stdin, stdout } = this.#watcher;
    if (stdin === null || stdout === null) throw new Error('The watcher has no pipes.');
    stdin.on('error', () => {});
    this.#watcher.on('error', () => {});
    createInterface({ input: stdout }).on('line', (line) => this.#waiting.shift()?.(answer.parse(JSON.parse(line))));
    this.#watcher.on('close', () => {
      for (const resolve of this.#waiting.splice(0)) resolve(undefined);
    });
  }

  /**
   * Begins to watch the tree of a process, by NVIDIA's management library in that Python.
   * @returns undefined where there is no Python, no such library or no NVIDIA GPU
   */
  static async watch(python: string | undefined, pid = process.pid): Promise<DeviceMemory | undefined> {
    if (python === undefined) return undefined;
    const memory = new DeviceMemory(python, pid);
    const now = await memory.#ask();
    if (now === undefined) return undefined;
    memory.#before = now.device;
    return memory;
  }

  /** Gigabytes in use when the watch began, by any process. */
  get before(): number {
    return this.#before / 1e9;
  }

  /** The most since the last call. */
  async peak(): Promise<DevicePeak | undefined> {
    const most = await this.#ask();
    if (most === undefined) return undefined;
    return { more: (most.device - this.#before) / 1e9, own: most.process === null ? undefined : most.process / 1e9 };
  }

  end(): void {
    this.#watcher.stdin?.end();
  }

  #ask(): Promise<Answer | undefined> {
    if (this.#watcher.exitCode !== null) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#watcher.stdin?.write('\n');
    });
  }
}
