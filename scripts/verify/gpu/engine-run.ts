/** @file Trains a few steps with an engine as a job does: a child process, a job file, events. */
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { readDatasetFolder } from '../../../src/dataset/folder.js';
import { prepare } from '../../../src/dataset/prepare.js';
import { type TrainOptionsInput, trainOptions } from '../../../src/protocol/train-options.js';
import { type WorkerEvent, workerEvent } from '../../../src/worker/events.js';
import type { Program } from '../../../src/worker/program.js';
import { watchMemory } from '../../bench/tree-memory.js';
import type { RunSettings } from './check.js';
import { DeviceMemory } from './device-memory.js';
import { kitFolder } from './kit.js';

export const captures = join(kitFolder, 'test', 'characters', 'godette');

/** A job file for these options, with its dataset; `name` is the folder of both. */
export async function writeJob({ work }: RunSettings, name: string, input: TrainOptionsInput): Promise<string> {
  const options = trainOptions.parse(input);
  const folder = join(work, 'jobs', name);
  mkdirSync(folder, { recursive: true });
  const { prompt, framings, resolution = 512 } = options;
  const shots = (await readDatasetFolder(captures)).shots.slice(0, 2);
  const dataset = { shots, source: captures, out: join(folder, 'dataset'), prompt, framings, resolution };
  const { file: manifest } = await prepare(dataset);
  const job = join(folder, 'job.json');
  writeFileSync(job, JSON.stringify({ run: name, character: 'Godette', manifest, out: join(folder, 'run'), options }));
  return job;
}

export interface EngineRun {
  readonly events: readonly WorkerEvent[];
  /** Seconds from the process's start to each step's end. */
  readonly stepTimes: readonly number[];
  readonly memory: Readonly<Record<string, number>>;
}

/** Runs an engine to its end. Throws what a `failed` event says. */
export async function runEngine({ python }: RunSettings, program: Program, job: string): Promise<EngineRun> {
  const device = await DeviceMemory.watch(python);
  const begin = performance.now();
  const child = spawn(program.command, [...program.arguments, job], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, ...program.env },
  });
  const host = watchMemory(child.pid ?? 0);
  const events: WorkerEvent[] = [];
  const stepTimes: number[] = [];
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (status, signal) => resolve(String(signal ?? `status ${status}`)));
  });
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      if (!line.startsWith('{')) continue;
      const event = workerEvent.parse(JSON.parse(line));
      events.push(event);
      if (event.type === 'step') stepTimes.push((performance.now() - begin) / 1000);
      if (event.type === 'failed') throw new Error(`[${event.error.code}] ${event.error.message}`);
    }
    const how = await ended;
    if (events.at(-1)?.type !== 'finished') throw new Error(`The engine ended with ${how} before it had finished.`);
    const peak = await device?.peak();
    return {
      events,
      stepTimes,
      memory: {
        ...(peak === undefined ? {} : { 'device (GB)': peak.own ?? peak.more }),
        'host (GB)': host.stop() / 1e9,
      },
    };
  } finally {
    child.kill('SIGKILL');
    host.stop();
    device?.end();
  }
}
