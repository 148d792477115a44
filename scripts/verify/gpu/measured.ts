/** @file Runs a process that measures something and prints it to standard output, and watches its memory. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import type { Program } from '../../../src/worker/program.js';
import { watchMemory } from '../../bench/tree-memory.js';
import { type Emit, failed, type RunSettings } from './check.js';
import { DeviceMemory } from './device-memory.js';

/** An object that the process printed, with the peak of memory: the device's since the one before, the host's since the start. */
export interface MeasuredLine {
  readonly line: Readonly<Record<string, unknown>>;
  readonly memory: Readonly<Record<string, number>>;
}

/** Seconds that one process may take: one that hangs must not use up the time of all that come after it. */
const timeouts = { full: 75, tiny: 600 };

/**
 * Runs a process to its end. Throws with the end of its standard error where it fails, and where it takes too long.
 * @param onLine is awaited before the next line is read
 */
export async function runMeasured(
  { python, size }: RunSettings,
  { command, arguments: args, env }: Program,
  onLine: (measured: MeasuredLine) => void,
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
    errors = `it took more than ${timeouts[size]} s`;
    child.kill('SIGKILL');
  }, timeouts[size] * 1000);
  try {
    for await (const text of createInterface({ input: child.stdout })) {
      if (!text.startsWith('{')) continue;
      const peak = await device?.peak();
      const ofDevice = peak === undefined ? {} : { 'device (GB)': peak.own ?? peak.more };
      onLine({ line: JSON.parse(text), memory: { ...ofDevice, 'host (GB)': hostPeak / 1e9 } });
    }
    const how = await ended;
    if (how !== undefined) throw new Error(`ended with ${how}: ${lastError(errors)}`);
  } finally {
    clearTimeout(timer);
    host.stop();
    device?.end();
  }
}

const figures = z.record(z.string(), z.number());

/** Runs a process that prints figures, and emits them with its memory. Does not throw: a failure is a finding, too. */
export async function emitMeasured(settings: RunSettings, what: string, program: Program, emit: Emit): Promise<void> {
  await runMeasured(settings, program, ({ line, memory }) =>
    emit({ what, outcome: 'measured', figures: { ...figures.parse(line), ...memory } }),
  ).catch((error) => emit(failed(what, error)));
}

/** The last error message of a process, without the lines of a stack trace. */
function lastError(errors: string): string {
  const lines = errors.split('\n').filter((line) => line.trim() !== '' && !/^\s+at /.test(line));
  const message = lines.findLast((line) => /error|exception/i.test(line));
  return (message ?? lines.at(-1) ?? 'it printed nothing').trim().slice(0, 600);
}
