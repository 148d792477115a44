/** @file `lora-bridge watch`: folders of pictures become LoRAs next to them, once for each change. */
import { cpSync, existsSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import type { JobDescription } from '../../src/protocol/job.js';
import { CliSandbox, expectFailure, expectSuccess, godette, hasSignals, onTinyModel, until } from './support.js';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

test.runIf(hasSignals)('trains a folder when it is quiet, once for each change, also over a restart', async () => {
  const sandbox = CliSandbox.open();
  const root = sandbox.path('characters');
  const folder = sandbox.captures('characters/godette', 'stand_full_yaw0');
  const lora = join(root, 'godette.safetensors');
  const flags = ['--steps', '3', '--rank', '1', '--framings', 'full', '--preview-every', '3', '--debounce', '0.3'];
  const watch = () => sandbox.start('watch', root, ...onTinyModel, ...flags);

  const first = watch();
  await first.says(/^watching /m);
  await first.says(/godette\.jpg\n/);
  expect(readdirSync(root).sort()).toEqual(['godette', 'godette.jpg', 'godette.safetensors']);
  first.child.kill('SIGINT');
  expectSuccess(await first.ended);
  const before = readFileSync(lora);

  // Nothing has changed; a picture under another name is the same picture. What shows that the folder was read is the
  // training of another one.
  renameSync(join(folder, 'stand_full_yaw0.png'), join(folder, 'renamed.png'));
  rmSync(join(folder, 'captures.json'));
  renameSync(join(folder, 'renamed.png'), join(folder, 'stand_full_yaw0.png'));
  cpSync(join(godette, 'captures.json'), join(folder, 'captures.json'));
  const second = watch();
  await second.says(/^watching /m);
  sandbox.captures('characters/other', 'walk_full_yaw0');
  await second.says(/other\.safetensors\n/);
  expect(readFileSync(lora)).toEqual(before);

  cpSync(join(godette, 'bow_full_yaw0.png'), join(folder, 'bow_full_yaw0.png'));
  await second.says(/godette\.safetensors\n/);
  expect(readFileSync(lora)).not.toEqual(before);
  second.child.kill('SIGTERM');
  const { stderr } = await second.ended;
  expect(stderr.match(/ has changed: training/g)?.length).toBe(2);
  const jobs = await sandbox.json<JobDescription[]>('runs', 'list');
  expect(jobs.map(({ character, state }) => `${character} ${state}`).sort()).toEqual([
    'godette succeeded',
    'godette succeeded',
    'other succeeded',
  ]);
  expect(readdirSync(root).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  await until(() => !existsSync(join(sandbox.home, 'daemon.json')));
});

test('refuses a folder that is not there, and a time that is none', async () => {
  const sandbox = CliSandbox.open();
  expectFailure(await sandbox.run('watch', 'nowhere', ...onTinyModel), 'input.file.missing', sandbox.path('nowhere'));
  expectFailure(
    await sandbox.run('watch', '.', ...onTinyModel, '--quiet', 'soon'),
    'input.option.invalid',
    '--debounce',
  );
});

test.skipIf(process.platform === 'win32')('a folder whose name no LoRA can have is named in plain words', async () => {
  const sandbox = CliSandbox.open();
  sandbox.captures('characters/Mina.', 'stand_full_yaw0');
  const watching = sandbox.start('watch', 'characters', ...onTinyModel, '--debounce', '0.3');
  await watching.says(
    /Mina\.: "Mina\." is not a valid name for a LoRA\. \[input\.option\.invalid\]\n {2}Give the folder a name/,
  );
  watching.child.kill('SIGINT');
  const { stderr } = await watching.ended;
  expect(stderr).not.toMatch(/pattern|\\p\{/);
});
