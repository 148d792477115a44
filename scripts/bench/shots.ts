/** @file The memory of a whole training, every process of it, with 10, 100 and 1000 shots: it must not grow with their number. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import type { Benchmark, Figure } from './benchmark.js';
import { watchMemory } from './tree-memory.js';

const counts = [10, 100, 1000];
const size = 512;
const steps = 60;
/** How much more than with the fewest shots still counts as the same. */
const flat = 1.1;

const entry = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

/** A disc of 512 px on a transparent background, at another place and in another colour for each number. */
export async function drawShot(folder: string, number: number): Promise<void> {
  const [x, y] = [128 + ((number * 37) % 256), 128 + ((number * 91) % 256)];
  const svg = `<svg width="${size}" height="${size}"><circle cx="${x}" cy="${y}" r="110" fill="hsl(${number % 360},60%,50%)"/></svg>`;
  await sharp(Buffer.from(svg))
    .png()
    .toFile(join(folder, `shot-${String(number).padStart(4, '0')}.png`));
}

/** Peak gigabytes of a training on so many shots with the pocket model. */
async function train(folder: string, count: number): Promise<number> {
  const [images, out, home] = ['images', 'run', 'home'].map((name) => join(folder, `${name}-${count}`));
  if (images === undefined || out === undefined || home === undefined) throw new Error('There are no folders.');
  mkdirSync(images);
  for (let number = 0; number < count; number++) await drawShot(images, number);
  const args = ['train', '--base', 'pocket', '--images', images, '--out', out, '--steps', String(steps)];
  const training = spawn(process.execPath, [entry, ...args, '--preview-every', '0', '--device', 'cpu', '--json'], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, LORA_BRIDGE_HOME: home },
  });
  const memory = watchMemory(training.pid ?? 0);
  const [status] = await once(training, 'exit');
  const peak = memory.stop() / 1e9;
  if (status !== 0) throw new Error(`A training on ${count} shots ended with status ${status}.`);
  return peak;
}

export const shotsBenchmark: Benchmark = {
  name: 'memory-of-shots',
  async run(say) {
    const folder = mkdtempSync(join(tmpdir(), 'lora-bridge-shots-'));
    try {
      const figures: Figure[] = [];
      for (const count of counts) {
        say(`${count} shots`);
        figures.push({ name: `peak memory, ${count} shots`, value: await train(folder, count), unit: 'GB' });
      }
      const [fewest, most] = [figures[0]?.value ?? Number.NaN, figures.at(-1)?.value ?? Number.NaN];
      return [...figures, { name: 'most : fewest shots', value: most / fewest, unit: '×', atMost: flat }];
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};
