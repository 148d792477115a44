/** @file A disk that runs full in the middle of a run: a small file system in memory, where this user may mount one. */
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { expect, test, vi } from 'vitest';
import type { JobDescription } from '../../src/protocol/job.js';
import { mountSmallDisk } from '../small-disk.js';
import { CliSandbox, expectFailure, expectSuccess, filesBelow, linesOf, onTinyModel } from './support.js';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

/** Writes until nothing more fits. */
function fill(file: string): void {
  const descriptor = openSync(file, 'w');
  try {
    for (let size = 65536; size >= 1; ) {
      try {
        writeSync(descriptor, Buffer.alloc(size));
      } catch {
        size = Math.floor(size / 2);
      }
    }
  } finally {
    closeSync(descriptor);
  }
}

test('fails the job by name, leaves nothing partly written, and resumes once there is space', async ({ skip }) => {
  const sandbox = CliSandbox.open();
  const why = mountSmallDisk(sandbox.path('disk'));
  if (why !== undefined) skip(why);
  const daemon = await sandbox.daemon();
  const run = sandbox.path('disk', 'run');
  const images = sandbox.captures('godette', 'stand_full_yaw0');
  const flags = ['--framings', 'full', '--rank', '2', '--preview-every', '0', '--steps', '100'];
  const training = sandbox.start(
    ...['train', ...onTinyModel, '--images', images, ...flags, '--checkpoint-every', '10', '--out', run],
  );
  const metrics = sandbox.path('disk', 'run', 'metrics.jsonl');
  await training.reaches(30, run);
  fill(sandbox.path('disk', 'filler'));
  expectFailure(await training.ended, 'resource.disk.full', run, 'Free some space');

  const [job] = await sandbox.json<JobDescription[]>('runs', 'list');
  expect(job).toMatchObject({ state: 'failed', resumable: true, error: { code: 'resource.disk.full' } });
  const left = filesBelow(run);
  expect(left.filter((file) => file.endsWith('.tmp') || file.endsWith('lora.safetensors'))).toEqual(
    left.filter((file) => /^checkpoints\/step-\d{6}\/lora\.safetensors$/.test(file)),
  );
  const checkpoints = new Set(left.filter((file) => file.startsWith('checkpoints/')).map((file) => file.slice(0, 23)));
  for (const folder of checkpoints) expect(left.filter((file) => file.startsWith(folder)).length).toBe(3);

  rmSync(sandbox.path('disk', 'filler'));
  expectSuccess(await sandbox.run('train', '--resume', job?.id ?? ''));
  expect(linesOf(metrics).length).toBe(100);
  expectSuccess(await sandbox.run('daemon', 'stop'));
  expectSuccess(await daemon.ended);
});
