/** @file A process that has used a GPU exits cleanly although tearing down its libraries would crash it. */
import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';

/** What the child writes just before it exits: more than a pipe holds. */
const length = 300_000;

/** Runs a child whose teardown aborts: it registers `abort` with the C library's `atexit`. */
function end(withoutTeardown: boolean) {
  const script = `
    import koffi from 'koffi';
    import { endWithoutTeardown } from './src/graph/runtime/c-api/process-end.ts';
    const self = koffi.load(null);
    const atExit = self.func('__cxa_atexit', 'int', ['void *', 'void *', 'void *']);
    atExit(self.symbol('abort', 'void'), null, null);
    if (${withoutTeardown}) endWithoutTeardown(koffi);
    process.exitCode = 3;
    process.stdout.write('x'.repeat(${length}));
  `;
  return spawnSync(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', script], {
    encoding: 'utf8',
  });
}

describe.runIf(process.platform === 'linux')('endWithoutTeardown', () => {
  it('keeps exit status and output, and skips the teardown that would crash', () => {
    const { status, signal, stdout, stderr } = end(true);
    expect({ status, signal, stderr }).toEqual({ status: 3, signal: null, stderr: '' });
    expect(stdout).toHaveLength(length);
  });

  it('is needed: the same process crashes without it', () => {
    expect(end(false).signal).toBe('SIGABRT');
  });
});
