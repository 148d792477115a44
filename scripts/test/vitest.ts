/** @file Runs vitest in a process of its own and counts its tests. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Counts } from '../csharp/tests.js';

const vitest = fileURLToPath(new URL('../../node_modules/vitest/vitest.mjs', import.meta.url));

/** counts.ts, which the configuration names as a reporter, tells the counts. */
export function runVitest(...args: readonly string[]): Promise<Counts> {
  const child = spawn(process.execPath, [vitest, 'run', ...args], { stdio: ['inherit', 'inherit', 'inherit', 'ipc'] });
  let counts: Counts = { passed: 0, failed: 0 };
  child.on('message', (message: Counts) => {
    counts = message;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status) => {
      // Vitest also fails for what is no test: a wrong configuration, no test at all.
      const unexplained = status !== 0 && counts.failed === 0;
      resolve(unexplained ? { ...counts, failed: 1 } : counts);
    });
  });
}
