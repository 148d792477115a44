/** @file A program that reads the output and ends early, as `head` does. */
import { expect, test } from 'vitest';
import { CliSandbox } from './support.js';

test('a closed pipe ends no command', async () => {
  const { child, ended } = CliSandbox.open().start('doctor');
  child.stdout?.destroy();
  expect(await ended).toMatchObject({ status: 0, stderr: '' });
});
