/** @file The lock of a data folder, between processes and within one. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { takeLock } from '../../src/store/lock.js';
import { temporaryFolder } from './support.js';

test('one holder at a time, again after a release', () => {
  const file = join(temporaryFolder(), 'daemon.lock');
  const lock = takeLock(file);
  expect(lock).toBeDefined();
  expect(takeLock(file)).toBeUndefined();
  lock?.release();
  const second = takeLock(file);
  expect(second).toBeDefined();
  second?.release();
});

test('a killed holder leaves no lock behind', async () => {
  const file = join(temporaryFolder(), 'daemon.lock');
  const source = fileURLToPath(new URL('../../src/store/lock.ts', import.meta.url));
  const script = `
    const { takeLock } = await import(${JSON.stringify(source)});
    console.log(takeLock(${JSON.stringify(file)}) === undefined ? 'refused' : 'held');
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [said] = await once(child.stdout, 'data');
  expect(String(said)).toBe('held\n');
  expect(takeLock(file)).toBeUndefined();
  child.kill('SIGKILL');
  await once(child, 'exit');
  const lock = takeLock(file);
  expect(lock).toBeDefined();
  lock?.release();
});
