/** @file Runs vitest in a process of its own and counts its tests. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const vitest = fileURLToPath(new URL('../../node_modules/vitest/vitest.mjs', import.meta.url));

export interface Outcome {
  readonly passed: number;
  /** The name of each test that failed, and why. */
  readonly failures: readonly string[];
}

/** The outcome comes from counts.ts, a reporter named in the configuration. */
export function runVitest(...args: readonly string[]): Promise<Outcome> {
  const child = spawn(process.execPath, [vitest, 'run', ...args], { stdio: ['inherit', 'inherit', 'inherit', 'ipc'] });
  let outcome: Outcome = { passed: 0, failures: [] };
  child.on('message', (message: Outcome) => {
    outcome = message;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status) => {
      // Vitest also fails without a failing test, for example because of a wrong configuration.
      const unexplained = status !== 0 && outcome.failures.length === 0;
      resolve(unexplained ? { ...outcome, failures: [`vitest ended with status ${status}`] } : outcome);
    });
  });
}

/** Prints the failures, at the end of the output where they are visible. */
export function printFailures({ failures }: Outcome): void {
  for (const failure of failures) console.log(`failed: ${failure}`);
}
