/** @file Runs the built program as a person does: real processes, a data folder of its own, nothing left behind. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, onTestFinished } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const program = join(root, 'dist', 'cli', 'main.js');

/** A random model of the right shape, a thousand times smaller than Stable Diffusion: 32 px. */
export const tinyModel = join(root, 'test', 'goldens', 'text-to-image', 'model');

export const godette = join(root, 'test', 'characters', 'godette');

/** Flags of every command that computes here. */
export const onTinyModel = ['--base', tinyModel, '--device', 'cpu', '--threads', '1'];

/** Signals reach a program only where there are signals. */
export const hasSignals = process.platform !== 'win32';

export interface Ended {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Resolves once standard output or standard error has said it; rejects when the program ended before. */
  says(what: RegExp): Promise<void>;
  /** Resolves once a run that it is to work on has come to a step; rejects when the program ended before. */
  reaches(step: number, run: string): Promise<void>;
}

/** The processes that have all of `texts` in their command line, by their ids. */
export async function processesWith(...texts: readonly string[]): Promise<number[]> {
  const { stdout } = await promisify(execFile)('ps', ['-ww', '-eo', 'pid=,stat=,args='], { maxBuffer: 2 ** 26 });
  const lines = stdout.split('\n').map((line) => line.trim().split(/\s+/));
  return lines
    .filter(([, state, ...args]) => texts.every((text) => args.join(' ').includes(text)) && !state?.startsWith('Z'))
    .map(([pid]) => Number(pid));
}

/** Waits until `isSo` is true; a test that waits in vain ends by its own time limit. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await delay(20);
}

/**
 * A folder of the test's own, with the data folder in it: `run` and `start` run `lora-bridge` there. Afterwards no process that
 * was given a path in it may be left.
 */
export class CliSandbox {
  readonly folder = mkdtempSync(join(tmpdir(), 'lora-bridge-e2e-'));
  readonly home = this.path('home');
  readonly #running = new Set<ChildProcess>();

  path(...parts: string[]): string {
    return join(this.folder, ...parts);
  }

  /** A folder of some Godette captures, with what is known about them. */
  captures(name: string, ...poses: string[]): string {
    const folder = this.path(name);
    mkdirSync(folder, { recursive: true });
    for (const file of [...poses.map((pose) => `${pose}.png`), 'captures.json'])
      cpSync(join(godette, file), join(folder, file));
    return folder;
  }

  start(...args: string[]): Running {
    const env = { ...process.env, LORA_BRIDGE_HOME: this.home };
    const child = spawn(process.execPath, [program, ...args], {
      cwd: this.folder,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#running.add(child);
    const text = { stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', (data: string) => {
      text.stdout += data;
    });
    child.stderr.setEncoding('utf8').on('data', (data: string) => {
      text.stderr += data;
    });
    const ended = new Promise<Ended>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (status, signal) => {
        this.#running.delete(child);
        resolve({ status, signal, ...text });
      });
    });
    const untilIt = async (does: string, isSo: () => boolean): Promise<void> => {
      while (!isSo()) {
        const hasEnded = child.exitCode !== null || child.signalCode !== null;
        if (hasEnded) throw new Error(`It ended before it ${does}:\n${text.stdout}${text.stderr}`);
        await delay(20);
      }
    };
    return {
      child,
      ended,
      says: (what) => untilIt(`said ${what}`, () => what.test(text.stdout + text.stderr)),
      reaches(step, run) {
        const metrics = join(run, 'metrics.jsonl');
        return untilIt(`came to step ${step}`, () => existsSync(metrics) && linesOf(metrics).length >= step);
      },
    };
  }

  run(...args: string[]): Promise<Ended> {
    return this.start(...args).ended;
  }

  /** Runs a command that must succeed, with `--json`; returns what it prints. */
  async json<Value>(...args: string[]): Promise<Value> {
    return JSON.parse(expectSuccess(await this.run(...args, '--json'))) as Value;
  }

  /** Starts a daemon and returns once it listens. */
  async daemon(...args: string[]): Promise<Running> {
    const daemon = this.start('daemon', ...args);
    await daemon.says(/listening at/);
    return daemon;
  }

  /** Ends what still runs and deletes the folder. */
  async close(): Promise<void> {
    for (const child of this.#running) child.kill('SIGKILL');
    try {
      // A child that has lost its parent stops by itself; it may be in the middle of a step.
      if (hasSignals) await until(async () => (await processesWith(this.folder)).length === 0);
    } finally {
      rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
    }
  }

  /** One that is gone after the test. */
  static open(): CliSandbox {
    const sandbox = new CliSandbox();
    onTestFinished(() => sandbox.close());
    return sandbox;
  }
}

/** Expects that a command ended well; returns what it printed. */
export function expectSuccess({ status, signal, stdout, stderr }: Ended): string {
  if (status !== 0) throw new Error(`It ended with ${status ?? signal}:\n${stdout}${stderr}`);
  return stdout;
}

/** Expects that a command failed as commands do: with status 1, a code, and words; no stack trace. */
export function expectFailure({ status, stderr }: Ended, code: string, ...says: (string | RegExp)[]): void {
  expect({ status, stderr }).toMatchObject({ status: 1, stderr: expect.stringContaining(`[${code}]`) });
  for (const words of says) expect(stderr).toMatch(words instanceof RegExp ? words : literally(words));
  expect(stderr).not.toMatch(/^\s+at .+:\d+:\d+\)?$/m);
  expect(stderr).not.toContain('node:internal');
}

const literally = (text: string): RegExp => new RegExp(text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));

/** All files below a folder, as sorted paths relative to it with `/`. */
export function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .replaceAll('\\', '/'),
    )
    .sort();
}

export const linesOf = (file: string): string[] => readFileSync(file, 'utf8').split('\n').slice(0, -1);
