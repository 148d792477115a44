/** @file Stop, resume and kill -9 in the middle of a training on the device: nothing is lost, and its memory is free again. */
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Device } from '../../../../src/protocol/train-options.js';
import { openSafetensors } from '../../../../src/safetensors/header.js';
import { readTensor } from '../../../../src/safetensors/read.js';
import { absent, type Check, devicesOf, type Emit, failed, type RunSettings, verdict } from '../check.js';
import { askBridge, makeHome, reachesStep, startBridge } from '../cli.js';
import { DeviceMemory } from '../device-memory.js';
import { deviceRefusal } from '../device-refusal.js';
import { captures } from '../engine-run.js';
import { modelsAtRest, testModel } from '../models.js';

/** More than this above what it was before, in gigabytes, has not been given back. */
const slack = 0.05;
/** Milliseconds to wait for it. */
const timeout = 5000;

interface Job {
  readonly id: string;
  readonly state: string;
}

/** Every number of a run's LoRA. */
function loraOf(run: string): Float32Array {
  const file = openSafetensors(join(run, 'lora.safetensors'));
  return Float32Array.from([...file.tensors.keys()].sort().flatMap((name) => [...readTensor(file, name)]));
}

function difference(a: Float32Array, b: Float32Array): number {
  const norm = (numbers: Float32Array): number => Math.hypot(...numbers);
  return norm(a.map((value, index) => value - (b[index] ?? Number.NaN))) / norm(b);
}

/** The process of the engine, from the run's own job file on a command line. */
function enginesOf(run: string, processes: readonly string[]): number[] {
  return processes.flatMap((pid) => {
    try {
      const line = readFileSync(`/proc/${pid}/cmdline`, 'latin1');
      return line.includes(join(run, 'engine-job.json')) ? [Number(pid)] : [];
    } catch {
      return [];
    }
  });
}

async function memoryIsFree(memory: DeviceMemory | undefined, what: string, emit: Emit): Promise<void> {
  if (memory === undefined) return;
  const begin = performance.now();
  let left = Number.NaN;
  do {
    await memory.peak();
    await delay(100);
    left = (await memory.peak())?.more ?? Number.NaN;
  } while (left > slack && performance.now() - begin < timeout);
  emit({ ...verdict(what, left <= slack), figures: { 'still held (GB)': left } });
}

async function tryOn(device: Device, settings: RunSettings, emit: Emit): Promise<void> {
  const folder = join(settings.work, `recovery-${device}`);
  rmSync(folder, { recursive: true, force: true });
  const home = join(folder, 'home');
  makeHome(home);
  const steps = settings.size === 'tiny' ? 24 : 100;
  const base = settings.size === 'tiny' ? (await testModel(settings, 'sd15')).folder : 'pocket';
  const train = (run: string): string[] => [
    ...['train', '--base', base, '--images', captures, '--framings', 'face', '--variants', '1', '--engine', 'native'],
    ...['--device', device, '--steps', `${steps}`, '--checkpoint-every', `${steps / 4}`, '--preview-every', '0'],
    ...['--out', join(folder, run), '--learning-rate', '1e-3'],
  ];
  await modelsAtRest(settings);
  const memory = await DeviceMemory.watch(settings.python);
  try {
    await askBridge(home, ...train('straight'));
    await memoryIsFree(memory, `${device}: a run that has ended holds no memory of the device`, emit);
    const straight = loraOf(join(folder, 'straight'));

    const stopped = startBridge(home, ...train('stopped'));
    await reachesStep(stopped, join(folder, 'stopped'), steps / 4 + 2);
    stopped.child.kill('SIGINT');
    await stopped.ended;
    await memoryIsFree(memory, `${device}: a stopped run holds no memory of the device`, emit);
    const resume = async (run: string): Promise<void> => {
      const jobs = await askBridge<Job[]>(home, 'runs', 'list');
      const job = jobs.find(({ state }) => state === 'cancelled' || state === 'interrupted' || state === 'failed');
      if (job === undefined) throw new Error(`No job can be resumed; there are ${JSON.stringify(jobs)}.`);
      await askBridge(home, 'train', '--resume', job.id);
      const error = difference(loraOf(join(folder, run)), straight);
      // The order in which a GPU's threads add up varies.
      const what = `${device}: a ${run} run, resumed, ends like one that was not ${run}`;
      emit({ ...verdict(what, error <= 1e-2), figures: { 'relative error': error, 'at most': 1e-2 } });
    };
    await resume('stopped');

    const killed = startBridge(home, ...train('killed'));
    await reachesStep(killed, join(folder, 'killed'), steps / 4 + 2);
    const engines = enginesOf(join(folder, 'killed'), readdirSync('/proc'));
    for (const pid of engines) process.kill(pid, 'SIGKILL');
    const { status, stderr } = await killed.ended;
    const lastLines = stderr.trim().split('\n').slice(-3).join(' ');
    emit(
      verdict(
        `${device}: kill -9 of the engine ends the command with a message`,
        engines.length > 0 && status === 1,
        lastLines,
      ),
    );
    await memoryIsFree(memory, `${device}: a killed run holds no memory of the device`, emit);
    await resume('killed');
  } finally {
    memory?.end();
  }
}

export const recovery: Check = {
  name: 'recovery',
  title: 'stop, resume and kill -9 in the middle of a training',
  limit: 90,
  async run(settings, emit) {
    for (const device of devicesOf(settings)) {
      const refusal = await deviceRefusal(device);
      if (refusal !== undefined) emit(absent(`recovery on ${device}`, refusal));
      else await tryOn(device, settings, emit).catch((error) => emit(failed(`recovery on ${device}`, error)));
    }
  },
};
