/**
 * @file `npm run campaign -- --minutes N --seed S`: tries to make the built program lose, hang or leak. Ends with a table of
 * promises, and with exit status 1 when one was broken.
 */
import { writeFile } from 'node:fs/promises';
import { runCampaign } from './campaign.js';
import { parseOptions } from './options.js';
import { formatSummary, summaryFile } from './summary.js';

const { minutes, rounds, seed, chosen, json } = parseOptions(process.argv.slice(2));
if (process.platform !== 'linux') {
  console.error('The campaign looks at processes through /proc, and so runs on Linux only.');
  process.exit(2);
}
const result = await runCampaign({ scenarios: chosen, seed, minutes, rounds, report: (line) => console.log(line) });
console.log(formatSummary(result));
if (json !== undefined) await writeFile(json, summaryFile(result, seed));
process.exitCode = result.findings.list.length > 0 ? 1 : 0;
