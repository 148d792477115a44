/** @file Child process that runs one check: its name and the bench as JSON. Findings go to standard output, one a line. */
import { bench, failed } from './check.js';
import { checks } from './checks.js';
import type { Finding } from './report.js';

const [, , name, settings = '{}'] = process.argv;
const emit = (finding: Finding): void => {
  process.stdout.write(`${JSON.stringify(finding)}\n`);
};
const check = checks.find((each) => each.name === name);
if (check === undefined) throw new Error(`There is no check ${name}.`);
await check.run(bench.parse(JSON.parse(settings)), emit).catch((error: unknown) => {
  console.error(error);
  emit(failed(check.title, error));
});
