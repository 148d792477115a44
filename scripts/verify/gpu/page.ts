/** @file `npm run gpu-page -- REPORT`: writes docs/gpu.md from the report of a run, and keeps the report beside it. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { report } from './report.js';
import { reportPage } from './report-page.js';

const docs = fileURLToPath(new URL('../../../docs/', import.meta.url));
const kept = `${docs}gpu-report.json`;

const [given] = process.argv.slice(2);
const source = given ?? (existsSync(kept) ? kept : undefined);
mkdirSync(docs, { recursive: true });
const content = source === undefined ? undefined : report.parse(JSON.parse(readFileSync(source, 'utf8')));
if (content !== undefined) writeFileSync(kept, `${JSON.stringify(content, null, 2)}\n`);
writeFileSync(`${docs}gpu.md`, reportPage(content));
console.log(`${docs}gpu.md`);
