/** @file Benchmark of an SDXL training step at 512 px on float16 weights: does it run within 16 GB? PyTorch has no part in it. */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { z } from 'zod';
import type { Benchmark } from './benchmark.js';
import { peerPython } from './python.js';

const here = fileURLToPath(new URL('.', import.meta.url));
const folder = join(here, '../../.cache/bench/sdxl-unet');
const run = promisify(execFile);

const measurement = z.object({ seconds: z.array(z.number()).length(1), peakGigabytes: z.number() });

/** Makes the random UNet where it is not there yet; it needs 6 GB of memory once and 5.1 GB of disk. */
async function makeModel(say: (line: string) => void): Promise<void> {
  if (existsSync(folder)) return;
  say('making a random UNet of the size of SDXL (5.1 GB)');
  const unfinished = `${folder}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(dirname(folder), { recursive: true });
  await run(peerPython(say), [join(here, 'make_model.py'), unfinished, 'sdxl']);
  renameSync(unfinished, folder);
}

export const sdxlTraining: Benchmark = {
  name: 'sdxl-512px',
  async run(say) {
    await makeModel(say);
    say('native');
    const sizes = [64, availableParallelism(), 1].map(String);
    const { stdout } = await run(process.execPath, ['--import', 'tsx', join(here, 'native-step.ts'), folder, ...sizes]);
    const { seconds, peakGigabytes } = measurement.parse(JSON.parse(stdout));
    return [
      { name: 'step, native', value: seconds[0] ?? Number.NaN, unit: 's' },
      { name: 'peak memory, native', value: peakGigabytes, unit: 'GB', atMost: 16 },
    ];
  },
};
