/** @file Two commands that train on one data folder at once: the second finds the daemon of the first. */
import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { CliSandbox, expectSuccess, hasSignals, onTinyModel } from './support.js';

function trainCommand(sandbox: CliSandbox, name: string, steps: number): string[] {
  const images = sandbox.captures('godette', 'stand_full_yaw0');
  const flags = ['--preview-every', '0', '--variants', '1', '--rank', '1', '--steps', `${steps}`];
  return ['train', ...onTinyModel, '--images', images, '--out', sandbox.path(name), '--name', name, ...flags];
}

test('the second waits, says for what, and is trained although the first command is done', {
  timeout: 240_000,
}, async () => {
  const sandbox = CliSandbox.open();
  const first = sandbox.start(...trainCommand(sandbox, 'first', 400));
  await first.reaches(2, sandbox.path('first'));
  const second = sandbox.start(...trainCommand(sandbox, 'second', 60));
  await second.says(/waiting for job .* \(first\), which is running/);
  const ended = await second.ended;
  expectSuccess(ended);
  expectSuccess(await first.ended);
  expect(existsSync(sandbox.path('second', 'lora.safetensors'))).toBe(true);
  expect((await first.ended).stderr).toContain('Other commands wait for jobs');
});

test.runIf(hasSignals)(
  'Ctrl-C stops the first job only; the second is trained all the same',
  { timeout: 240_000 },
  async () => {
    const sandbox = CliSandbox.open();
    const first = sandbox.start(...trainCommand(sandbox, 'first', 5000));
    await first.reaches(2, sandbox.path('first'));
    const second = sandbox.start(...trainCommand(sandbox, 'second', 20));
    await second.says(/waiting for job/);
    first.child.kill('SIGINT');
    expectSuccess(await second.ended);
    expect(await first.ended).toMatchObject({ status: 130, stderr: expect.stringContaining('train --resume') });
  },
);
