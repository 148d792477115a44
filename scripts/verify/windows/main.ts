/**
 * @file `npm run verify:windows [-- --only NAME,… --json FILE --keep]`: runs the packed product with Windows' Node under Wine. Prints a line
 * for each check; exit status 1 where one fails.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { checks } from './checks.js';
import { WindowsMachine } from './machine.js';
import { findWine, runInside } from './wine.js';

const { values } = parseArgs({
  options: { only: { type: 'string' }, json: { type: 'string' }, keep: { type: 'boolean', default: false } },
});
const only = values.only?.split(',');
const unknown = only?.find((name) => !checks.some((check) => check.name === name));
if (unknown !== undefined)
  throw new Error(`There is no check ${unknown}; there are ${checks.map(({ name }) => name).join(', ')}.`);

interface Finding {
  readonly name: string;
  readonly ok: boolean;
  readonly seconds: number;
  readonly detail: string;
}

/** Milliseconds since `begun` in seconds, to a tenth. */
const since = (begun: number): number => Math.round((performance.now() - begun) / 100) / 10;

async function timed(name: string, run: () => Promise<string>): Promise<Finding> {
  const begun = performance.now();
  const finding = await run().then(
    (detail) => ({ name, ok: true, seconds: since(begun), detail }),
    (error) => ({ name, ok: false, seconds: since(begun), detail: String(error?.message ?? error).trim() }),
  );
  console.log(
    `${finding.ok ? 'ok    ' : 'FAILED'} ${name.padEnd(20)} ${finding.seconds.toFixed(1).padStart(5)} s  ${finding.detail}`,
  );
  return finding;
}

async function main(folder: string): Promise<number> {
  const wine = findWine();
  const machine = new WindowsMachine(wine, folder);
  const findings = [
    await timed('install', async () => {
      await machine.setUp();
      return wine.name;
    }),
  ];
  try {
    for (const { name, run } of checks)
      if (findings[0]?.ok && (only?.includes(name) ?? true)) findings.push(await timed(name, () => run(machine)));
  } finally {
    machine.shutDown();
  }
  const failed = findings.filter(({ ok }) => !ok).length;
  if (values.json !== undefined)
    writeFileSync(values.json, `${JSON.stringify({ wine: wine.name, findings }, null, 2)}\n`);
  console.log(`${findings.length - failed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

/** Set in the process that runs where Wine's file system has this machine's folders. */
const inside = 'LORA_BRIDGE_VERIFY_WINDOWS';

const given = process.env[inside];
if (given !== undefined) process.exitCode = await main(given);
else {
  const folder = mkdtempSync(join(tmpdir(), 'lora-bridge-windows-'));
  try {
    const { root } = findWine();
    process.exitCode =
      root === undefined ? await main(folder) : runInside(root, folder, process.argv.slice(1), { [inside]: folder });
  } finally {
    if (values.keep) console.log(`kept: ${folder}`);
    else rmSync(folder, { recursive: true, force: true });
  }
}
