/** @file Base models that lack something or are broken, and training that fails: errors name the cause, and a repaired model can be used. */
import { cpSync, existsSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import type { JobDescription } from '../../src/protocol/job.js';
import { openSafetensors } from '../../src/safetensors/header.js';
import { CliSandbox, expectFailure, expectSuccess, filesBelow, hasSignals, linesOf, tinyModel } from './support.js';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

const unetFile = join('unet', 'diffusion_pytorch_model.safetensors');

/** Overwrites a tensor of a file with NaN, in place. */
function poison(file: string, tensor: string): void {
  const entry = openSafetensors(file).tensors.get(tensor);
  if (entry === undefined) throw new Error(`${file} has no ${tensor}.`);
  const bytes = readFileSync(file);
  bytes.fill(0xff, entry.begin, entry.end);
  writeFileSync(file, bytes);
}

test('names the file of a model that is missing, cut short or hostile', async () => {
  const sandbox = CliSandbox.open();
  const model = sandbox.path('model');
  cpSync(tinyModel, model, { recursive: true });
  const images = sandbox.captures('godette', 'stand_full_yaw0');
  const train = () => sandbox.run('train', '--base', 'model', '--images', images, '--steps', '2', '--framings', 'full');

  for (const file of [unetFile, join('text_encoder', 'config.json'), 'model_index.json']) {
    renameSync(join(model, file), sandbox.path('aside'));
    expectFailure(await train(), 'input.model.missing', join(model, file));
    renameSync(sandbox.path('aside'), join(model, file));
  }

  const vaeFile = join(model, 'vae', 'diffusion_pytorch_model.safetensors');
  truncateSync(vaeFile, readFileSync(vaeFile).length - 50);
  expectFailure(await train(), 'input.safetensors.truncated', vaeFile);
  cpSync(join(tinyModel, 'vae'), join(model, 'vae'), { recursive: true });

  const hostile = Buffer.from('{"conv_in.weight":{"dtype":"F32","shape":[4],"data_offsets":[16,0]}}');
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(hostile.length));
  writeFileSync(join(model, unetFile), Buffer.concat([length, hostile]));
  const failed = await train();
  expectFailure(failed, 'input.safetensors.header', join(model, unetFile), 'conv_in.weight');
  const [job] = await sandbox.json<JobDescription[]>('runs', 'list');
  expect(job).toMatchObject({ state: 'failed', error: { code: 'input.safetensors.header' } });
  expect(existsSync(join(job?.out ?? '', 'lora.safetensors'))).toBe(false);
});

test.runIf(hasSignals)(
  'stops when numbers are no longer finite, keeps the last checkpoint, and resumes once that is repaired',
  async () => {
    const sandbox = CliSandbox.open();
    const model = sandbox.path('model');
    cpSync(tinyModel, model, { recursive: true });
    const images = sandbox.captures('godette', 'stand_full_yaw0');
    const daemon = await sandbox.daemon();
    const flags = [
      '--images',
      images,
      '--out',
      sandbox.path('run'),
      '--framings',
      'full',
      '--rank',
      '1',
      '--threads',
      '1',
    ];
    const pace = ['--steps', '30', '--checkpoint-every', '5', '--preview-every', '0'];
    const started = sandbox.start('train', '--base', 'model', '--device', 'cpu', ...flags, ...pace);
    const metrics = sandbox.path('run', 'metrics.jsonl');
    await started.reaches(6, sandbox.path('run'));
    started.child.kill('SIGINT');
    await started.ended;
    const [job] = await sandbox.json<JobDescription[]>('runs', 'list');
    const { id = '', step = 0 } = job ?? {};
    const checkpoints = filesBelow(sandbox.path('run', 'checkpoints'));

    poison(join(model, unetFile), 'conv_in.weight');
    const broken = await sandbox.run('train', '--resume', id);
    expectFailure(
      broken,
      'trainer.diverged',
      `at step ${step + 1}`,
      /the loss is NaN|the gradient norm is NaN/,
      '--learning-rate',
    );
    expect(filesBelow(sandbox.path('run', 'checkpoints'))).toEqual(checkpoints);
    expect(existsSync(sandbox.path('run', 'lora.safetensors'))).toBe(false);
    const [failed] = await sandbox.json<JobDescription[]>('runs', 'list');
    expect(failed).toMatchObject({ state: 'failed', resumable: true, error: { code: 'trainer.diverged' } });

    // The daemon has not noticed anything.
    cpSync(tinyModel, model, { recursive: true });
    expectSuccess(await sandbox.run('train', '--resume', id));
    expect(linesOf(metrics).length).toBe(30);
    rmSync(model, { recursive: true });
    expectSuccess(await sandbox.run('daemon', 'stop'));
    expectSuccess(await daemon.ended);
  },
);
