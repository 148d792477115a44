/** @file Benchmarks of the training step, native beside PyTorch. */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { z } from 'zod';
import { type Benchmark, type Figure, median } from './benchmark.js';
import { peerPython } from './python.js';

const here = fileURLToPath(new URL('.', import.meta.url));
const steps = 5;

const measurement = z.object({
  secondsToFirstStep: z.number().optional(),
  seconds: z.array(z.number()).length(steps),
  peakGigabytes: z.number(),
});

async function measure(program: string, args: readonly string[], folder: string, edge: number) {
  const sizes = [edge, availableParallelism(), steps].map(String);
  const { stdout } = await promisify(execFile)(program, [...args, folder, ...sizes]);
  const result = measurement.parse(JSON.parse(stdout));
  return { ...result, step: median(result.seconds) };
}

const native = (folder: string, edge: number) =>
  measure(process.execPath, ['--import', 'tsx', join(here, 'native-step.ts')], folder, edge);
const peer = (folder: string, edge: number, python: string) =>
  measure(python, [join(here, 'peer_step.py')], folder, edge);

/** The folder of the random model, made when it is first asked for: 3.4 GB. */
async function sd15Folder(say: (line: string) => void): Promise<string> {
  const folder = join(here, '../../.cache/bench/sd15-unet');
  if (existsSync(folder)) return folder;
  say('making a random UNet of the size of Stable Diffusion 1.5 (3.4 GB)');
  const unfinished = `${folder}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(dirname(folder), { recursive: true });
  await promisify(execFile)(peerPython(say), [join(here, 'make_model.py'), unfinished]);
  renameSync(unfinished, folder);
  return folder;
}

interface Promises {
  readonly ratio?: number;
  readonly gigabytes?: number;
  readonly secondsToFirstStep?: number;
  readonly stepsPerSecond?: number;
}

/** Native and PyTorch one after the other, on the same files, with as many threads as there are cores. */
async function compare(
  folder: string,
  edge: number,
  promises: Promises,
  say: (line: string) => void,
): Promise<Figure[]> {
  say('native');
  const ours = await native(folder, edge);
  say('PyTorch');
  const theirs = await peer(folder, edge, peerPython(say));
  const atMost = (limit: number | undefined) => (limit === undefined ? {} : { atMost: limit });
  const atLeast = (limit: number | undefined) => (limit === undefined ? {} : { atLeast: limit });
  const start = ours.secondsToFirstStep ?? Number.NaN;
  return [
    { name: 'step, native', value: ours.step, unit: 's' },
    { name: 'step, PyTorch', value: theirs.step, unit: 's' },
    { name: 'step, native : PyTorch', value: ours.step / theirs.step, unit: '×', ...atMost(promises.ratio) },
    { name: 'speed, native', value: 1 / ours.step, unit: 'steps/s', ...atLeast(promises.stepsPerSecond) },
    { name: 'peak memory, native', value: ours.peakGigabytes, unit: 'GB', ...atMost(promises.gigabytes) },
    { name: 'peak memory, PyTorch', value: theirs.peakGigabytes, unit: 'GB' },
    { name: 'process start to first step, native', value: start, unit: 's', ...atMost(promises.secondsToFirstStep) },
  ];
}

export const sd15Training: Benchmark = {
  name: 'sd15-256px',
  async run(say) {
    const promises = { ratio: 0.8, gigabytes: 5.2, secondsToFirstStep: 3 };
    return compare(await sd15Folder(say), 32, promises, say);
  },
};

export const pocketTraining: Benchmark = {
  name: 'pocket-128px',
  run: (say) => compare(join(here, '../../src/diffusion/pocket/unet'), 32, { stepsPerSecond: 5 }, say),
};
