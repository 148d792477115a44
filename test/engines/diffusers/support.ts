/** @file Runs engines as the daemon does: a child process that is given a job file and sends events. */
import { execFileSync, spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { diffusersProgram } from '../../../src/engines/diffusers/program.js';
import { type TrainOptionsInput, trainOptions } from '../../../src/protocol/train-options.js';
import { openSafetensors } from '../../../src/safetensors/header.js';
import { readTensor } from '../../../src/safetensors/read.js';
import { type WorkerEvent, workerEvent } from '../../../src/worker/events.js';
import { nodeProgram, type Program } from '../../../src/worker/program.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** A random model of the right shape, a thousand times smaller than Stable Diffusion: 32 px. */
export const tinyModel = join(root, 'test', 'goldens', 'text-to-image', 'model');

/** The Python with torch and diffusers: `npm run test:diffusers` sees to it. */
export function enginePython(): string {
  const python = process.env.LORA_BRIDGE_PYTHON;
  if (!python) throw new Error('LORA_BRIDGE_PYTHON is not set: these tests are run by `npm run test:diffusers`.');
  return python;
}

export type EngineName = 'native' | 'diffusers';
export const engines: readonly EngineName[] = ['native', 'diffusers'];

/** The program of an engine on the CPU; `gpus` processes, or a place among `nodes`. */
export function engineOnCpu(
  engine: EngineName,
  { python = enginePython(), gpus, nodes }: { python?: string; gpus?: readonly number[]; nodes?: string } = {},
): Program {
  if (engine === 'native') return nodeProgram(join(root, 'dist', 'engines', 'native', 'main.js'));
  const choice = { engine, device: 'cpu', reason: '', ...(gpus === undefined ? {} : { gpus }) } as const;
  return diffusersProgram(python, choice, trainOptions.parse(nodes === undefined ? {} : { nodes }));
}

export interface EngineResult {
  readonly events: readonly WorkerEvent[];
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  /** What it wrote to its log. */
  readonly log: string;
}

/** What a test can do with a running engine. */
export interface RunningEngine {
  readonly pid: number;
  /** Asks it to stop, as the daemon does. */
  stop(): void;
  /** Ends its standard input, as a daemon that dies does. */
  abandon(): void;
  kill(): void;
}

/** Runs a program on a job file until it ends; `onEvent` may stop it. */
export async function runEngine(
  program: Program,
  jobFile: string,
  onEvent: (event: WorkerEvent, running: RunningEngine) => void = () => {},
): Promise<EngineResult> {
  const child = spawn(program.command, [...program.arguments, jobFile], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, ...program.env },
  });
  child.stdin.on('error', () => {});
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    log += text;
  });
  const running: RunningEngine = {
    pid: child.pid ?? 0,
    stop: () => void child.stdin.write('stop\n'),
    abandon: () => void child.stdin.end(),
    kill: () => void child.kill('SIGKILL'),
  };
  const events: WorkerEvent[] = [];
  const ended = new Promise<Pick<EngineResult, 'status' | 'signal'>>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status, signal) => resolve({ status, signal }));
  });
  for await (const line of createInterface({ input: child.stdout })) {
    if (!line.startsWith('{')) continue;
    const event = workerEvent.parse(JSON.parse(line));
    events.push(event);
    onEvent(event, running);
  }
  return { events, log, ...(await ended) };
}

/** A folder with a prepared dataset of two Godette captures, in which engines run. */
export class Workshop {
  readonly folder = mkdtempSync(join(tmpdir(), 'lora-bridge-engines-'));
  readonly manifest = this.path('dataset', 'manifest.json');

  private constructor() {}

  static open(): Workshop {
    const workshop = new Workshop();
    const captures = workshop.path('captures');
    mkdirSync(captures);
    for (const file of ['stand_full_yaw0.png', 'walk_full_yaw40.png', 'captures.json'])
      cpSync(join(root, 'test', 'characters', 'godette', file), join(captures, file));
    const cli = join(root, 'dist', 'cli', 'main.js');
    const out = ['--images', captures, '--out', workshop.path('dataset'), '--base', tinyModel];
    execFileSync(process.execPath, [cli, 'prepare', ...out], { stdio: 'ignore' });
    return workshop;
  }

  path(...parts: string[]): string {
    return join(this.folder, ...parts);
  }

  close(): void {
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  /** Writes a job that trains into the folder `name`; returns its file. */
  job(name: string, options: TrainOptionsInput = {}, rest: Record<string, unknown> = {}): string {
    const job = {
      run: name,
      character: 'Godette',
      manifest: this.manifest,
      out: this.path(name),
      options: { ...trainOptions.parse({ ...quick, ...options }), ...(rest.options as object | undefined) },
      ...(rest.resume === undefined ? {} : { resume: rest.resume }),
      ...(rest.manifest === undefined ? {} : { manifest: rest.manifest }),
    };
    const file = this.path(`${name}.json`);
    writeFileSync(file, JSON.stringify(job));
    return file;
  }

  /** All numbers of a safetensors file in a run's folder, by tensor. */
  numbers(...parts: string[]): Map<string, Float32Array> {
    const file = openSafetensors(this.path(...parts));
    return new Map([...file.tensors.keys()].map((name) => [name, readTensor(file, name)]));
  }

  lines(...parts: string[]): Record<string, unknown>[] {
    return readFileSync(resolve(this.folder, ...parts), 'utf8')
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line));
  }
}

const quick: TrainOptionsInput = {
  base: tinyModel,
  steps: 10,
  learningRate: 1e-2,
  rank: 2,
  checkpointEvery: 5,
  previewEvery: 0,
  device: 'cpu',
  threads: 1,
};

/** |a − b| / |a| over all numbers of two files, which must have the same tensors. */
export function relativeDifference(a: Map<string, Float32Array>, b: Map<string, Float32Array>): number {
  let difference = 0;
  let norm = 0;
  if ([...a.keys()].sort().join() !== [...b.keys()].sort().join()) throw new Error('The files have other tensors.');
  for (const [name, numbers] of a) {
    const others = b.get(name) ?? new Float32Array();
    if (others.length !== numbers.length) throw new Error(`${name} has another size.`);
    for (const [index, number] of numbers.entries()) {
      difference += (number - (others[index] ?? 0)) ** 2;
      norm += number ** 2;
    }
  }
  return Math.sqrt(difference / norm);
}
