/**
 * @file `npm run bench [-- --json] [NAME ...]`: speed and memory beside PyTorch's, on this machine, now. PyTorch comes from
 * the Python that LORA_BRIDGE_PYTHON names, else it is installed.
 */
import { parseArgs } from 'node:util';
import { type Benchmark, figureLine } from './benchmark.js';
import { pocketTraining, sd15Training } from './training.js';
import { uploads } from './uploads.js';

const benchmarks: readonly Benchmark[] = [sd15Training, pocketTraining, uploads];

const { values, positionals } = parseArgs({ options: { json: { type: 'boolean' } }, allowPositionals: true });
const report: Record<string, Record<string, number>> = {};
for (const benchmark of benchmarks) {
  if (positionals.length > 0 && !positionals.includes(benchmark.name)) continue;
  console.error(benchmark.name);
  const figures = await benchmark.run((line) => console.error(`  … ${line}`));
  for (const figure of figures) console.error(figureLine(figure));
  report[benchmark.name] = Object.fromEntries(figures.map(({ name, value }) => [name, value]));
}
if (values.json) console.log(JSON.stringify(report));
