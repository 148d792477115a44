/** @file Benchmarks of the training step, native compared with PyTorch. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Benchmark, type Figure, median } from './benchmark.js';
import { type Measurement, measure, type Work } from './child.js';
import { peerPython } from './python.js';
import { sd15Folder, sdxlUnetFolder } from './random-model.js';

const steps = 5;
/** Operators that take a smaller share of a step than this are not listed. */
const leastShare = 0.005;

interface Promises {
  readonly ratio?: number;
  readonly gigabytes?: number;
  readonly secondsToFirstStep?: number;
  readonly stepsPerSecond?: number;
}

const atMost = (limit: number | undefined) => (limit === undefined ? {} : { atMost: limit });
const atLeast = (limit: number | undefined) => (limit === undefined ? {} : { atLeast: limit });

function nativeFigures(ours: Measurement, promises: Promises): Figure[] {
  const step = median(ours.seconds);
  const start = ours.secondsToFirstStep ?? Number.NaN;
  const update = median(ours.updateSeconds ?? []);
  return [
    { name: 'step, native', value: step, unit: 's' },
    { name: 'update of the LoRA : step, native', value: update / step, unit: '×' },
    { name: 'speed, native', value: 1 / step, unit: 'steps/s', ...atLeast(promises.stepsPerSecond) },
    { name: 'peak memory, native', value: ours.peakGigabytes, unit: 'GB', ...atMost(promises.gigabytes) },
    { name: 'process start to first step, native', value: start, unit: 's', ...atMost(promises.secondsToFirstStep) },
  ];
}

/** Native and PyTorch one after the other, on the same files, with as many threads as there are cores. */
async function compare(work: Work, promises: Promises, say: (line: string) => void): Promise<Figure[]> {
  say('native');
  const ours = await measure(undefined, 'native-step.ts', work);
  say('PyTorch');
  const theirs = await measure(peerPython(say), 'peer_step.py', work);
  const [step, peerStep] = [median(ours.seconds), median(theirs.seconds)];
  return [
    ...nativeFigures(ours, promises),
    { name: 'step, PyTorch', value: peerStep, unit: 's' },
    { name: 'step, native : PyTorch', value: step / peerStep, unit: '×', ...atMost(promises.ratio) },
    { name: 'peak memory, PyTorch', value: theirs.peakGigabytes, unit: 'GB' },
  ];
}

/** What a step spends on each operator, and its share of the speed of sgemm. A profiled step takes a little longer. */
async function operators(folder: string, edge: number, say: (line: string) => void): Promise<Figure[]> {
  say('native, operator by operator');
  const { operators: times = [], sgemmRate = Number.NaN } = await measure(undefined, 'native-step.ts', {
    folder,
    edge,
    steps: 1,
    mode: 'profile',
  });
  const whole = times.reduce((sum, { seconds }) => sum + seconds, 0);
  const listed = times.filter(({ seconds }) => seconds >= leastShare * whole);
  return [
    { name: 'sgemm', value: sgemmRate, unit: 'GFLOP/s' },
    ...listed.flatMap(({ operator, seconds, gigaflop }): Figure[] => [
      { name: operator, value: seconds, unit: 's' },
      ...(gigaflop > 0
        ? [{ name: `${operator}, share of sgemm`, value: gigaflop / seconds / sgemmRate, unit: '×' } as const]
        : []),
    ]),
  ];
}

function sd15(name: string, edge: number, promises: Promises, mode?: 'low-memory'): Benchmark {
  return {
    name,
    async run(say) {
      const folder = join(await sd15Folder(say), 'unet');
      const figures = await compare({ folder, edge, steps, ...(mode === undefined ? {} : { mode }) }, promises, say);
      return mode === undefined ? [...figures, ...(await operators(folder, edge, say))] : figures;
    },
  };
}

export const trainingBenchmarks: readonly Benchmark[] = [
  sd15('step-256', 32, { ratio: 0.65, gigabytes: 4.6, secondsToFirstStep: 3 }),
  sd15('step-512', 64, { ratio: 0.9, gigabytes: 6.5 }),
  sd15('step-512-low-memory', 64, { ratio: 1.25, gigabytes: 5.2 }, 'low-memory'),
  {
    name: 'step-pocket',
    run(say) {
      const folder = fileURLToPath(new URL('../../src/diffusion/pocket/unet', import.meta.url));
      return compare({ folder, edge: 32, steps }, { stepsPerSecond: 5 }, say);
    },
  },
  {
    name: 'step-sdxl-512',
    async run(say) {
      const folder = await sdxlUnetFolder(say);
      say('native');
      return nativeFigures(await measure(undefined, 'native-step.ts', { folder, edge: 64, steps: 1 }), {
        gigabytes: 16,
      });
    },
  },
];
