/** @file Benchmark of the optimizer: an update of the LoRA in memory, as on CPUs, and on the GPU where there is one. */
import { chooseDevice } from '../../src/engines/native/devices.js';
import { compile, Graph, mul } from '../../src/graph/index.js';
import { AdamW, adamWDefaults } from '../../src/training/adamw.js';
import { DeviceOptimizer } from '../../src/training/device-optimizer.js';
import { HostOptimizer } from '../../src/training/host-optimizer.js';
import type { Optimizer } from '../../src/training/optimizer.js';
import { type Benchmark, type Figure, median } from './benchmark.js';

const [warmUp, updates] = [2, 5];

/** Numbers of LoRAs on all attention layers. */
const loras = [
  ['SD 1.5 rank 4', 797_184],
  ['SDXL rank 32', 46_448_640],
] as const;

type Target = Awaited<ReturnType<typeof chooseDevice>>;

/** Median seconds of an update. The gradient is where the training graph leaves it. */
async function secondsOf(count: number, target: Target | undefined): Promise<number> {
  const rule = new AdamW(count, adamWDefaults);
  const lora = new Float32Array(count);
  const numbers = Float32Array.from({ length: count }, (_, index) => 1e-4 * ((index % 7) - 3));
  const optimizer: Optimizer =
    target === undefined ? new HostOptimizer(lora, rule, 1) : await DeviceOptimizer.open(lora, rule, 1, target);
  const graph = new Graph();
  graph.output('gradient', mul(graph.input('numbers', [count]), 1));
  const source = await compile(graph, { ...target, kept: target === undefined ? [] : ['gradient'] });
  const seconds: number[] = [];
  for (let index = 0; index < warmUp + updates; index++) {
    const { gradient } = await source.compute({ numbers });
    if (gradient === undefined) throw new Error('There is no gradient.');
    const begin = performance.now();
    await optimizer.update(gradient, 1, 1e-4);
    seconds.push((performance.now() - begin) / 1000);
  }
  await optimizer.release();
  await source.release();
  return median(seconds.slice(warmUp));
}

export const optimizerBenchmark: Benchmark = {
  name: 'optimizer',
  async run(say) {
    const target = await chooseDevice('auto');
    const places: (readonly [string, Target | undefined])[] = [['in memory', undefined]];
    if (target.device !== undefined && target.device !== 'cpu') places.push([target.device, target]);
    const figures: Figure[] = [];
    for (const [name, count] of loras) {
      for (const [place, chosen] of places) {
        say(`${name}, ${place}`);
        figures.push({ name: `update, ${name}, ${place}`, value: await secondsOf(count, chosen), unit: 's' });
      }
    }
    return figures;
  },
};
