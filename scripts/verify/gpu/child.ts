/** @file Child process that runs one check: its name and the settings as JSON. Findings go to standard output, one a line. */
import { failed, runSettings } from './check.js';
import { checks } from './checks.js';
import type { Finding } from './report.js';

const [, , name, json = '{}'] = process.argv;
const emit = (finding: Finding): void => {
  process.stdout.write(`${JSON.stringify(finding)}\n`);
};
const check = checks.find((each) => each.name === name);
if (check === undefined) throw new Error(`There is no check ${name}.`);
await check.run(runSettings.parse(JSON.parse(json)), emit).catch((error: unknown) => {
  console.error(error);
  emit(failed(check.title, error));
});
