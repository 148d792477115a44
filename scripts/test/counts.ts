/** @file A vitest reporter that reports to vitest.ts how many tests passed and failed, which failed, and why. */
import type { Reporter, TestModule } from 'vitest/node';

export default class Counts implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    let passed = 0;
    const failures = errors.map((error) => `outside of a test: ${reasonOf(error)}`);
    for (const module of modules) {
      // A module that cannot be loaded has no tests that could fail.
      for (const error of module.errors().slice(0, 1)) failures.push(`${module.relativeModuleId}: ${reasonOf(error)}`);
      for (const test of module.children.allTests()) {
        const { state, errors: [error] = [] } = test.result();
        if (state === 'passed') passed += 1;
        else if (state === 'failed') failures.push(`${module.relativeModuleId} > ${test.fullName}: ${reasonOf(error)}`);
      }
    }
    process.send?.({ passed, failures });
  }
}

/** The first line of an error's message. */
function reasonOf(error: unknown): string {
  const message =
    error instanceof Error || (typeof error === 'object' && error !== null && 'message' in error)
      ? error.message
      : error;
  return String(message).split('\n')[0] ?? '';
}
