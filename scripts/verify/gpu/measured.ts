/** @file A process that measures something and tells it on standard output, watched for its memory. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { watchMemory } from '../../bench/tree-memory.js';
import type { Bench } from './check.js';
import { DeviceMemory } from './device-memory.js';

export interface Command {
  readonly command: string;
  readonly arguments: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** An object that the process told, with the memory since the one before. */
export interface Told {
  readonly line: Readonly<Record<string, unknown>>;
  readonly memory: Readonly<Record<string, number>>;
}

/** Seconds that one process may take: one that hangs must not take the time of all that come after it. */
const patience = { full: 75, tiny: 600 };

/**
 * Runs a process to its end. Throws with the end of its standard error where it fails, and where it takes too long.
 * @param onLine is awaited before the next line is read
 */
export async function runMeasured(
  { python, size }: Bench,
  { command, arguments: args, env }: Command,
  onLine: (told: Told) => void,
): Promise<void> {
  const device = await DeviceMemory.watch(python);
  const child = spawn(command, [...args], { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } });
  let hostPeak = 0;
  const host = watchMemory(child.pid ?? 0, (bytes) => {
    hostPeak = Math.max(hostPeak, bytes);
  });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    process.stderr.write(text);
    errors = `${errors}${text}`.slice(-4000);
  });
  const ended = new Promise<string | undefined>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (status, signal) => resolve(status === 0 ? undefined : (signal ?? `status ${status}`)));
  });
  const timer = setTimeout(() => {
    errors = `it took more than ${patience[size]} s`;
    child.kill('SIGKILL');
  }, patience[size] * 1000);
  try {
    for await (const text of createInterface({ input: child.stdout })) {
      if (!text.startsWith('{')) continue;
      const peak = await device?.peak();
      const ofDevice = peak === undefined ? {} : { 'device (GB)': peak.own ?? peak.more };
      onLine({ line: JSON.parse(text), memory: { ...ofDevice, 'host (GB)': hostPeak / 1e9 } });
    }
    const how = await ended;
    if (how !== undefined) throw new Error(`ended with ${how}: ${lastWords(errors)}`);
  } finally {
    clearTimeout(timer);
    host.stop();
    device?.end();
  }
}

/** What a process said at last, without the lines of a stack trace. */
function lastWords(errors: string): string {
  const lines = errors.split('\n').filter((line) => line.trim() !== '' && !/^\s+at /.test(line));
  const message = lines.findLast((line) => /error|exception/i.test(line));
  return (message ?? lines.at(-1) ?? 'it said nothing').trim().slice(0, 600);
}
