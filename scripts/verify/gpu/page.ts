/** @file `npm run gpu-page -- REPORT…`: keeps the reports of runs in docs/gpu-reports/, and writes docs/gpu.md from all that are there. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { report } from './report.js';
import { reportsPage } from './report-page.js';

const docs = fileURLToPath(new URL('../../../docs/', import.meta.url));
const kept = join(docs, 'gpu-reports');
const read = (file: string) => report.parse(JSON.parse(readFileSync(file, 'utf8')));

mkdirSync(kept, { recursive: true });
for (const content of process.argv.slice(2).map(read)) {
  const name = `${content.begun.slice(0, 16).replaceAll(':', '-')}.json`;
  writeFileSync(join(kept, name), `${JSON.stringify(content, null, 2)}\n`);
}
const newestFirst = readdirSync(kept).sort().toReversed();
writeFileSync(join(docs, 'gpu.md'), reportsPage(newestFirst.map((name) => read(join(kept, name)))));
console.log(join(docs, 'gpu.md'));
