/** @file Runs one check in a process of its own, and ends it with all that it has started when its time is over. */
import { spawn } from 'node:child_process';
import { createWriteStream, readdirSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { type Check, nodeArguments, type RunSettings } from './check.js';
import { type CheckReport, type Finding, finding } from './report.js';

/** Names in the environment of every process that a check starts, at any depth, which check that was. */
const mark = 'LORA_BRIDGE_GPU_CHECK';

/** Processes that a check has started: with this in their environment. */
function processesOf(check: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0').includes(`${mark}=${check}`);
      } catch {
        return false;
      }
    });
}

function endAll(check: string): void {
  for (const pid of processesOf(check)) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
  }
}

let current: string | undefined;

/** Ends the check that runs, with all that it has started. */
export function endEverything(): void {
  if (current !== undefined) endAll(current);
}

export interface RunOptions {
  readonly settings: RunSettings;
  /** Seconds that it may take. */
  readonly limit: number;
  /** Appended to: what it and its processes write to standard error. */
  readonly log: string;
  readonly env: Readonly<Record<string, string>>;
  readonly onFinding: (found: Finding) => void;
}

/** How the check ended; its findings go to `onFinding` meanwhile. */
export async function runCheck(
  { name, title }: Check,
  { settings, limit, log, env, onFinding }: RunOptions,
): Promise<Pick<CheckReport, 'state' | 'detail' | 'seconds'>> {
  const begun = performance.now();
  const own = `${process.pid}-${name}`;
  current = own;
  const child = spawn(process.execPath, [...nodeArguments('child'), name, JSON.stringify(settings)], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env, [mark]: own },
  });
  const sink = createWriteStream(log, { flags: 'a' });
  sink.write(`\n=== ${name}: ${title}\n`);
  child.stderr.pipe(sink);
  let cut = false;
  const timer = setTimeout(() => {
    cut = true;
    endAll(own);
  }, limit * 1000);
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (status, signal) => resolve(status === 0 ? '' : `ended with ${signal ?? `status ${status}`}`));
  });
  for await (const line of createInterface({ input: child.stdout })) {
    const { data } = finding.safeParse(parsed(line));
    if (data !== undefined) onFinding(data);
  }
  const how = await ended;
  clearTimeout(timer);
  // What it left behind would hold memory of the device.
  endAll(own);
  const seconds = (performance.now() - begun) / 1000;
  if (cut) return { state: 'cut', detail: `at its limit of ${limit.toFixed(0)} s`, seconds };
  if (how !== '') return { state: 'crashed', detail: how, seconds };
  return { state: 'ended', seconds };
}

/** Native libraries write to standard output too. */
function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
