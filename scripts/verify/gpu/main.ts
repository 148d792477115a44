/**
 * @file `run [--device cpu] [--size tiny] [--minutes N] [--only NAME ...] [--out FOLDER] [--work FOLDER] [--python PYTHON]`: runs the
 * checks one after the other, each with a limit of its own, all within the minutes. Exit status 1 where anything that ran did not hold.
 */
import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { pythonFile, runSettings } from './check.js';
import { checks } from './checks.js';
import { surroundings } from './environment.js';
import { readKit } from './kit.js';
import { describeMachine } from './machine.js';
import { type ModelName, modelsFolder } from './models.js';
import { type CheckReport, holds, type Report } from './report.js';
import { checkLine, findingLine, machineLines } from './report-text.js';
import { endEverything, runCheck } from './run-check.js';
import { writeReport } from './write-report.js';

const { values } = parseArgs({
  options: {
    device: { type: 'string', default: 'cuda' },
    size: { type: 'string', default: 'full' },
    minutes: { type: 'string', default: '10' },
    only: { type: 'string', multiple: true },
    out: { type: 'string', default: 'gpu-report' },
    work: { type: 'string', default: join(tmpdir(), 'gpu-kit-work') },
    python: { type: 'string', default: 'python3' },
    limit: { type: 'string' },
  },
});
const names = checks.map(({ name }) => name);
const only = values.only?.flatMap((list) => list.split(','));
const unknown = only?.find((name) => !names.includes(name));
if (unknown !== undefined) throw new Error(`There is no check ${unknown}; there are ${names.join(', ')}.`);
const chosen = checks.filter(({ name }) => only?.includes(name) ?? true);
const deadline = performance.now() + Number(values.minutes) * 60_000;
const secondsLeft = (): number => (deadline - performance.now()) / 1000;
/** A check that would be cut off right away is not started. */
const leastSeconds = 5;

const [out, work] = [resolve(values.out), resolve(values.work)];
mkdirSync(out, { recursive: true });
const { env, python, noPython, embedded, noCuda } = await surroundings(values.python, work);
const settings = runSettings
  .omit({ seconds: true })
  .parse({ device: values.device, size: values.size, work, out, python, noPython, embedded });
const report: Report = {
  kit: readKit(),
  machine: describeMachine(python),
  begun: new Date().toISOString(),
  device: settings.device,
  size: settings.size,
  checks: chosen.map(({ name, title }) => ({
    name,
    title,
    state: 'left out',
    detail: 'its turn did not come',
    findings: [],
  })),
};
writeReport(out, report);
for (const line of machineLines(report)) console.log(line);
if (noCuda !== undefined && settings.device === 'cuda') console.log(`CUDA's libraries: ${noCuda}`);

const log = join(out, 'log.txt');
/** The large models are made while the first checks run. */
function startModels(wanted: readonly ModelName[]): void {
  const folder = modelsFolder(work);
  if (settings.size === 'tiny' || python === undefined || wanted.length === 0) return;
  mkdirSync(folder, { recursive: true });
  // What failed is tried again.
  for (const name of ['failed', 'ended']) rmSync(join(folder, name), { force: true });
  const errors = openSync(log, 'a');
  spawn(python, [pythonFile('models.py'), folder, settings.device, ...wanted], {
    stdio: ['ignore', errors, errors],
    env: { ...process.env, ...env },
    detached: true,
  }).unref();
  closeSync(errors);
}
const wanted = new Set(chosen.flatMap(({ models = [] }) => models));
startModels([...wanted].filter((name) => !existsSync(join(modelsFolder(work), name))));
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => {
    endEverything();
    process.exit(1);
  });

for (const entry of report.checks) {
  const check = checks.find(({ name }) => name === entry.name);
  const limit = Math.min(Number(values.limit ?? check?.limit), secondsLeft());
  if (check === undefined || limit < Math.min(leastSeconds, check.limit)) continue;
  Object.assign(entry, { state: 'running', detail: undefined } satisfies Partial<CheckReport>);
  console.log(`\n${check.name}: ${check.title}`);
  const onFinding = (found: CheckReport['findings'][number]): void => {
    entry.findings.push(found);
    console.log(findingLine(found));
    writeReport(out, report);
  };
  Object.assign(
    entry,
    await runCheck(check, { settings: { ...settings, seconds: limit }, limit, log, env, onFinding }),
  );
  console.log(checkLine(entry));
  writeReport(out, report);
}
report.ended = new Date().toISOString();
writeReport(out, report);
const leftOut = report.checks.filter(({ state }) => state === 'left out').map(({ name }) => name);
if (leftOut.length > 0) console.log(`\nLeft out for lack of time: ${leftOut.join(', ')}.`);
console.log(holds(report) ? '\nAll that ran held.' : '\nNOT all that ran held.');
if (!holds(report)) process.exitCode = 1;
