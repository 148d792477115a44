/**
 * @file `npm run bench [-- --json] [--engine both] [NAME ...]`: speed and memory beside PyTorch's, on this machine, now; with
 * `--engine both` only our two engines side by side. PyTorch comes from the Python that LORA_BRIDGE_PYTHON names, else it is installed.
 */
import { parseArgs } from 'node:util';
import { type Benchmark, figureLine } from './benchmark.js';
import { bothEngines } from './engines.js';
import { sdxlTraining } from './sdxl.js';
import { pocketTraining, sd15Training } from './training.js';
import { uploads } from './uploads.js';

const benchmarks: readonly Benchmark[] = [sd15Training, pocketTraining, uploads, bothEngines];
/** Large and slow: only when named. */
const onRequest: readonly Benchmark[] = [sdxlTraining];

const { values, positionals } = parseArgs({
  options: { json: { type: 'boolean' }, engine: { type: 'string' } },
  allowPositionals: true,
});
if (values.engine !== undefined && values.engine !== 'both') throw new Error('--engine can only be `both`.');
const wanted = values.engine === 'both' ? [bothEngines.name] : positionals;
const report: Record<string, Record<string, number>> = {};
const named = [...benchmarks, ...onRequest].filter(({ name }) => wanted.includes(name));
for (const benchmark of wanted.length > 0 ? named : benchmarks) {
  console.error(benchmark.name);
  const figures = await benchmark.run((line) => console.error(`  … ${line}`));
  for (const figure of figures) console.error(figureLine(figure));
  report[benchmark.name] = Object.fromEntries(figures.map(({ name, value }) => [name, value]));
}
if (values.json) console.log(JSON.stringify(report));
