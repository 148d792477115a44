/** @file Runs `lora-bridge` as a person does, for checks of the whole program. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { shareEngines } from '../../demo/own-daemon.js';
import { kitFolder } from './kit.js';

const program = join(kitFolder, 'dist', 'cli', 'main.js');

export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
}

/** Makes a data folder that has the engines of the kit. */
export function makeHome(home: string): void {
  rmSync(home, { recursive: true, force: true });
  shareEngines(home);
}

/** Starts a command with a data folder of its own; standard error is also passed on, into the log. */
export function startBridge(home: string, ...args: readonly string[]): Running {
  const child = spawn(process.execPath, [program, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, LORA_BRIDGE_HOME: home },
  });
  const text = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (data: string) => {
    text.stdout += data;
  });
  child.stderr.setEncoding('utf8').on('data', (data: string) => {
    process.stderr.write(data);
    text.stderr += data;
  });
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status) => resolve({ status, ...text }));
  });
  return { child, ended };
}

/** What a command prints with `--json`. Throws with its words where it fails. */
export async function askBridge<Answer>(home: string, ...args: readonly string[]): Promise<Answer> {
  const { status, stdout, stderr } = await startBridge(home, ...args, '--json').ended;
  if (status !== 0)
    throw new Error(`lora-bridge ${args[0]} ended with status ${status}: ${stderr.trim() || stdout.trim()}`);
  return JSON.parse(stdout) as Answer;
}

/** Resolves once a run has come to a step. Throws when the command ends before. */
export async function reachesStep({ child, ended }: Running, run: string, step: number): Promise<void> {
  const metrics = join(run, 'metrics.jsonl');
  const steps = (): number => (existsSync(metrics) ? readFileSync(metrics, 'utf8').split('\n').length - 1 : 0);
  while (steps() < step) {
    if (child.exitCode !== null || child.signalCode !== null) {
      const { stderr } = await ended;
      throw new Error(`It ended before step ${step}: ${stderr.trim()}`);
    }
    await delay(10);
  }
}
