/** @file `lora-bridge engine` where nothing is installed: it says so, and what to do. */
import { expect, test } from 'vitest';
import { CliSandbox, expectFailure, expectSuccess } from './support.js';

test('update and remove say what is not installed', async () => {
  const sandbox = CliSandbox.open();
  expect(expectSuccess(await sandbox.run('engine', 'remove', 'cuda'))).toBe('cuda is not installed.\n');
  expect(await sandbox.json('engine', 'remove', 'diffusers')).toEqual({ component: 'diffusers', removed: false });
  for (const component of ['cuda', 'diffusers'])
    expectFailure(await sandbox.run('engine', 'update', component), 'resource.engine.missing', `install ${component}`);
  expectFailure(await sandbox.run('engine', 'install', 'x'), 'input.option.invalid', 'Unknown component "x"');
});
