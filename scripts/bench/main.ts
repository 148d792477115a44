/**
 * @file `npm run bench [-- --json] [--only NAME ...] [--engine both]`: speed and memory compared with PyTorch, on this machine; with
 * `--engine both` only our two engines side by side. PyTorch comes from the Python that LORA_BRIDGE_PYTHON names, else it is
 * installed. If a benchmark fails, that is reported and the others still run.
 */
import { parseArgs } from 'node:util';
import { type Benchmark, figureLine } from './benchmark.js';
import { deviceMemory, deviceMemoryCheck } from './device-memory/benchmarks.js';
import { bothEngines } from './engines.js';
import { optimizerBenchmark } from './optimizer.js';
import { pictureBenchmark } from './pictures.js';
import { shotsBenchmark } from './shots.js';
import { trainingBenchmarks } from './training.js';
import { uploads } from './uploads.js';
import { wholeTrainings } from './whole-training.js';

const benchmarks: readonly Benchmark[] = [
  ...trainingBenchmarks,
  optimizerBenchmark,
  pictureBenchmark,
  ...wholeTrainings,
  deviceMemory,
  deviceMemoryCheck,
  shotsBenchmark,
  uploads,
  bothEngines,
];
const names = benchmarks.map(({ name }) => name);

const { values } = parseArgs({
  options: { json: { type: 'boolean' }, only: { type: 'string', multiple: true }, engine: { type: 'string' } },
});
if (values.engine !== undefined && values.engine !== 'both') throw new Error('--engine can only be `both`.');
const only = values.engine === 'both' ? [bothEngines.name] : values.only?.flatMap((list) => list.split(','));
const unknown = only?.find((name) => !names.includes(name));
if (unknown !== undefined) throw new Error(`There is no benchmark ${unknown}; there are ${names.join(', ')}.`);

const report: Record<string, Record<string, number>> = {};
for (const benchmark of benchmarks) {
  if (only && !only.includes(benchmark.name)) continue;
  console.error(benchmark.name);
  try {
    const figures = await benchmark.run((line) => console.error(`  … ${line}`));
    const width = Math.max(...figures.map(({ name }) => name.length));
    for (const figure of figures) console.error(figureLine(figure, width));
    report[benchmark.name] = Object.fromEntries(figures.map(({ name, value }) => [name, value]));
  } catch (error) {
    console.error(error);
    process.exitCode = 1;
  }
}
if (values.json) console.log(JSON.stringify(report));
