/**
 * @file A whole `lora-bridge train` of a model of the size of Stable Diffusion 1.5, as a user gives the command: the memory of
 * all its processes at each stage, and how long it takes to the first step.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Benchmark, Figure } from './benchmark.js';
import { sd15Folder } from './random-model.js';
import { drawShot } from './shots.js';
import { watchMemory } from './tree-memory.js';

const entry = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const shots = 2;
const steps = 6;

/** What the command says it does, by the first word of its lines. */
const stages = ['encoding', 'training', 'preview', 'evaluation'];

/** Trains and returns the most memory of each stage in bytes; a stage lasts until a line names another. */
async function watchStages(args: readonly string[], home: string) {
  const begin = performance.now();
  const training = spawn(process.execPath, [entry, ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, LORA_BRIDGE_HOME: home },
  });
  let stage = 'start';
  const peaks = new Map<string, number>();
  const memory = watchMemory(training.pid ?? 0, (bytes) => peaks.set(stage, Math.max(bytes, peaks.get(stage) ?? 0)));
  const exited = once(training, 'exit');
  let secondsToFirstStep = Number.NaN;
  const lines: string[] = [];
  for await (const line of createInterface({ input: training.stderr })) {
    lines.push(line);
    const named = stages.find((name) => line.startsWith(name));
    if (named === 'training' && Number.isNaN(secondsToFirstStep))
      secondsToFirstStep = (performance.now() - begin) / 1000;
    stage = named ?? stage;
  }
  const [status] = await exited;
  const peak = memory.stop();
  if (status !== 0) throw new Error(`The training ended with status ${status}:\n${lines.join('\n')}`);
  return { peak, peaks, secondsToFirstStep };
}

/** @param atMost what the project promises, in GiB */
function wholeTraining(resolution: number, atMost: number): Benchmark {
  return {
    name: `train-${resolution}`,
    async run(say) {
      const base = await sd15Folder(say);
      const folder = mkdtempSync(join(tmpdir(), 'lora-bridge-train-'));
      try {
        const images = join(folder, 'images');
        mkdirSync(images);
        for (let number = 0; number < shots; number++) await drawShot(images, number);
        say(`${steps} steps, a preview and the evaluation`);
        const args = ['train', '--base', base, '--images', images, '--out', join(folder, 'run'), '--device', 'cpu'];
        const sizes = { resolution, steps, 'preview-every': steps, 'preview-count': 1 };
        const options = Object.entries(sizes).flatMap(([name, value]) => [`--${name}`, String(value)]);
        const { peak, peaks, secondsToFirstStep } = await watchStages([...args, ...options], join(folder, 'home'));
        const ofStages = Array.from(
          peaks,
          ([stage, bytes]): Figure => ({ name: `peak memory, ${stage}`, value: bytes / 2 ** 30, unit: 'GiB' }),
        );
        return [
          ...ofStages,
          { name: 'peak memory of all', value: peak / 2 ** 30, unit: 'GiB', atMost },
          { name: 'command to first step', value: secondsToFirstStep, unit: 's' },
        ];
      } finally {
        rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
      }
    },
  };
}

export const wholeTrainings: readonly Benchmark[] = [wholeTraining(256, 4.7), wholeTraining(512, 5.7)];
