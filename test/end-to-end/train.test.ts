/** @file `lora-bridge train`, from a folder of captures to everything a run leaves behind. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, test, vi } from 'vitest';
import { openSafetensors } from '../../src/safetensors/header.js';
import type { StepMetrics } from '../../src/training/metrics.js';
import { CliSandbox, expectFailure, expectSuccess, filesBelow, godette, linesOf, onTinyModel } from './support.js';

interface Trained {
  readonly job: string;
  readonly files: string[];
  readonly loss: { first: number; last: number };
  readonly samplesPerFraming: Record<string, number>;
}

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

test('refuses a place for the copy that cannot be written, before the training', async () => {
  const sandbox = CliSandbox.open();
  writeFileSync(sandbox.path('a-file'), '');
  const args = ['train', ...onTinyModel, '--images', godette, '--out', 'run', '--copy-to', 'a-file/models'];
  const says = ['Nothing can be copied to', 'Give --copy-to another folder.'];
  expectFailure(await sandbox.run(...args), 'input.file.denied', ...says);
  expect(existsSync(sandbox.path('run'))).toBe(false);
});

test('trains on the captures of Godette and writes all files of a run', async () => {
  const sandbox = CliSandbox.open();
  const out = sandbox.path('run');
  const flags = ['--steps', '100', '--learning-rate', '1e-2', '--rank', '2', '--checkpoint-every', '40'];
  const copy = ['--copy-to', 'webui/Lora', '--name', 'godette v1'];
  const trained = await sandbox.json<Trained>(
    'train',
    ...onTinyModel,
    '--images',
    godette,
    ...flags,
    '--preview-every',
    '50',
    '--out',
    'run',
    ...copy,
  );

  const written = filesBelow(out).filter((file) => !/^dataset|-job\.json$|^run\.json$/.test(file));
  const checkpoints = ['000040', '000080', '000100'].flatMap((step) =>
    ['lora.safetensors', 'optimizer.safetensors', 'state.json'].map((file) => `checkpoints/step-${step}/${file}`),
  );
  const samples = ['000000', '000050', '000100'].map((step) => `samples/step-${step}.jpg`);
  const loras = ['lora.safetensors', 'pytorch_lora_weights.safetensors'];
  expect(written).toEqual([...checkpoints, 'config.json', 'metrics.jsonl', ...loras, ...samples].sort());
  const named = [...loras, ...samples].map((file) => join(out, file));
  const copied = sandbox.path('webui', 'Lora', 'godette v1.safetensors');
  expect(trained.files).toEqual([...named, copied]);
  expect(readFileSync(copied)).toEqual(readFileSync(join(out, 'lora.safetensors')));
  expect(filesBelow(sandbox.path('webui'))).toEqual(['Lora/godette v1.safetensors']);

  const config = JSON.parse(readFileSync(join(out, 'config.json'), 'utf8'));
  expect(config).toMatchObject({
    run: trained.job,
    character: 'godette v1',
    options: { steps: 100, rank: 2, alpha: 2, resolution: 32, batchSize: 1, learningRate: 0.01 },
  });
  const { metadata } = openSafetensors(copied);
  expect(metadata).toMatchObject({ ss_network_dim: '2', ss_steps: '100', 'modelspec.title': 'godette v1' });
  // Two pictures side by side.
  expect(await sharp(join(out, 'samples/step-000100.jpg')).metadata()).toMatchObject({ format: 'jpeg' });

  const metrics = linesOf(join(out, 'metrics.jsonl')).map((line) => JSON.parse(line) as StepMetrics);
  expect(metrics.map(({ step }) => step)).toEqual(Array.from({ length: 100 }, (_, index) => index + 1));
  for (const { loss, gradientNorm } of metrics) expect([loss, gradientNorm].every(Number.isFinite)).toBe(true);

  // All framings of all captures reach the trainer, and later epochs bring other variants of them.
  const drawn = metrics.flatMap(({ samples: names }) => names.map((name) => name.split('#')));
  const framings = new Map<string, Set<string>>();
  const variants = new Map<string, Set<string>>();
  for (const [picture = '', variant = ''] of drawn) {
    const framing = /-(full|upper|face)-[0-9a-f]{8}$/.exec(picture)?.[1] ?? 'unknown';
    framings.set(framing, (framings.get(framing) ?? new Set()).add(picture));
    variants.set(picture, (variants.get(picture) ?? new Set()).add(variant));
  }
  expect(Object.fromEntries([...framings].map(([framing, pictures]) => [framing, pictures.size]))).toEqual({
    full: 15,
    upper: 15,
    face: 15,
  });
  for (const seen of variants.values()) expect(seen.size).toBeGreaterThanOrEqual(2);
  const { full = 0, upper = 0, face = 0 } = trained.samplesPerFraming;
  expect(full + upper + face).toBe(100);
  expect(Math.min(full, upper, face)).toBeGreaterThanOrEqual(30);

  expect(trained.loss.last).toBeLessThan(trained.loss.first);
});

test('reports what it does, and ends with the paths of the LoRA files', async () => {
  const sandbox = CliSandbox.open();
  const images = sandbox.captures('godette', 'stand_full_yaw0');
  const flags = ['--images', images, '--steps', '3', '--rank', '1', '--preview-every', '0', '--framings', 'full'];
  const { status, stdout, stderr } = await sandbox.run('train', ...onTinyModel, ...flags);
  expect(status).toBe(0);
  const [id] = /[0-9a-f-]{36}/.exec(stderr) ?? [];
  const out = join(sandbox.home, 'runs', id ?? '');
  expect(stdout).toBe(`${join(out, 'lora.safetensors')}\n${join(out, 'pytorch_lora_weights.safetensors')}\n`);
  expect(stderr).toMatch(/dataset +1 image \(1 png\)\ncrops +1 full; each is seen 3\.0 times\n/);
  expect(stderr).toMatch(/training +3\/3 +loss \d/);
  expect(stderr).toMatch(/loss on fixed samples: [\d.]+ before, [\d.]+ after/);
  expect(existsSync(join(sandbox.home, 'daemon.json'))).toBe(false);
});

test('refuses what cannot be trained before any work is done', async () => {
  const sandbox = CliSandbox.open();
  const images = sandbox.captures('godette', 'stand_full_yaw0');
  const train = (...flags: string[]) => sandbox.run('train', ...onTinyModel, ...flags);
  expectFailure(await train(), 'input.option.invalid', '--images', '--character');
  expectFailure(await train('--images', 'nowhere'), 'input.file.missing', sandbox.path('nowhere'), 'existing folder');
  expectFailure(await train('--images', images, '--steps', 'many'), 'input.option.invalid', '--steps "many"', 'number');
  expectFailure(
    await train('--images', images, '--name', '../godette'),
    'input.option.invalid',
    '"../godette"',
    '--name',
  );
  expectFailure(
    await train('--images', images, '--base', './nowhere/model'),
    'input.model.missing',
    'nowhere/model',
    'diffusers folder',
  );
  const unknown = await train('--character', 'Nobody');
  expectFailure(unknown, 'state.shot.none', 'Nobody');
  expect((await sandbox.json<unknown[]>('runs', 'list')).length).toBe(0);
});

test('a second run into the folder of another is refused, or replaces it and nothing else', async () => {
  const sandbox = CliSandbox.open();
  const images = sandbox.captures('godette', 'stand_full_yaw0');
  const flags = ['--rank', '1', '--framings', 'full', '--variants', '1', '--out', 'run'];
  const train = (...more: string[]) => sandbox.run('train', ...onTinyModel, '--images', images, ...flags, ...more);
  expectSuccess(await train('--steps', '4', '--preview-every', '2', '--checkpoint-every', '2'));
  const lora = readFileSync(sandbox.path('run', 'lora.safetensors'));
  writeFileSync(sandbox.path('run', 'notes.txt'), 'mine');
  writeFileSync(sandbox.path('run', 'samples', 'favourite.jpg'), 'mine');

  expectFailure(await train('--steps', '3'), 'state.run.exists', sandbox.path('run'), '--overwrite');
  expect(readFileSync(sandbox.path('run', 'lora.safetensors'))).toEqual(lora);

  expectSuccess(await train('--steps', '3', '--preview-every', '0', '--overwrite'));
  expect(readFileSync(sandbox.path('run', 'lora.safetensors'))).not.toEqual(lora);
  const files = filesBelow(sandbox.path('run')).filter((file) => !/^dataset|-job\.json$|^run\.json$/.test(file));
  const checkpoint = ['lora', 'optimizer'].map((name) => `checkpoints/step-000003/${name}.safetensors`);
  expect(files).toEqual([
    ...checkpoint,
    'checkpoints/step-000003/state.json',
    ...['config.json', 'lora.safetensors', 'metrics.jsonl', 'notes.txt', 'pytorch_lora_weights.safetensors'],
    'samples/favourite.jpg',
  ]);
});
