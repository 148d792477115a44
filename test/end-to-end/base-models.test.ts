/** @file Every kind of base model from the command line: inspected, trained on, used to generate; from a file, and from a hub. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { ModelDescription } from '../../src/diffusion/model/describe-model.js';
import { HubServer } from '../diffusion/hub/hub-server.js';
import { writeRandomCheckpoint } from '../diffusion/model/random-checkpoint.js';
import { CliSandbox, expectFailure, expectSuccess, filesBelow } from './support.js';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

const families = fileURLToPath(new URL('../goldens/families/', import.meta.url));
const onCpu = ['--device', 'cpu', '--threads', '1'];
const short = ['--steps', '2', '--framings', 'full', '--variants', '1', '--preview-every', '0', '--rank', '1'];

test('a single file is inspected, trained on and used to generate', async () => {
  const sandbox = CliSandbox.open();
  const file = sandbox.path('My Checkpoint.safetensors');
  writeRandomCheckpoint(file);
  const description = await sandbox.json<ModelDescription>('models', 'inspect', file);
  expect(description).toMatchObject({
    name: 'My Checkpoint',
    layout: 'single file',
    family: 'sd1',
    predictionType: 'epsilon',
    resolution: 512,
  });
  expect(description.networks.map(({ name, types }) => [name, ...types])).toEqual([
    ['unet', 'F16'],
    ['vae', 'F16'],
    ['text_encoder', 'F16'],
  ]);
  const overridden = await sandbox.run('models', 'inspect', file, '--prediction-type', 'v_prediction');
  expect(expectSuccess(overridden)).toMatch(/prediction +v_prediction \(as requested\)/);

  const images = sandbox.captures('godette', 'stand_full_yaw0');
  const base = ['--base', file, '--resolution', '64', ...onCpu];
  expectSuccess(await sandbox.run('train', ...base, '--images', images, '--out', sandbox.path('run'), ...short));
  expect(existsSync(sandbox.path('run', 'lora.safetensors'))).toBe(true);
  const lora = ['--lora', sandbox.path('run', 'lora.safetensors')];
  const request = ['--prompt', 'a girl', '--steps', '2', '--count', '1'];
  expectSuccess(await sandbox.run('generate', ...base, ...lora, ...request, '--out', 'picture.png'));
  expectSuccess(
    await sandbox.run(
      'generate',
      ...base,
      ...lora,
      ...request,
      '--prediction-type',
      'v_prediction',
      '--out',
      'other.png',
    ),
  );
  expect(readFileSync(sandbox.path('other.png'))).not.toEqual(readFileSync(sandbox.path('picture.png')));
});

test('an SDXL model comes from the hub, is listed, trained on and used to generate; without network from the cache', async () => {
  const sandbox = CliSandbox.open();
  const files = Object.fromEntries(
    filesBelow(`${families}sdxl`).map((path) => [path, readFileSync(`${families}sdxl/${path}`)]),
  );
  const hub = new HubServer({ 'someone/tiny-xl': { commit: '0123456789abcdef0123456789abcdef01234567', files } });
  vi.stubEnv('HF_ENDPOINT', await hub.open());
  vi.stubEnv('HF_HUB_CACHE', sandbox.path('cache'));
  vi.stubEnv('HF_TOKEN', '');
  onTestFinished(async () => {
    vi.unstubAllEnvs();
    await hub.close();
  });

  const base = ['--base', 'someone/tiny-xl', ...onCpu];
  const request = ['--prompt', 'a girl', '--steps', '2', '--count', '1'];
  const generated = await sandbox.run('generate', ...base, ...request, '--out', 'picture.png');
  expectSuccess(generated);
  expect(generated.stderr).toMatch(/download +[\d.]+\/[\d.]+ +MB/);
  await hub.close();
  vi.stubEnv('HF_HUB_OFFLINE', '1');

  const listed = await sandbox.json<{ base: string; family: string }[]>('models', 'list');
  expect(listed.map(({ base: name, family }) => [name, family])).toEqual([
    ['pocket', 'sd1'],
    ['someone/tiny-xl', 'sdxl'],
  ]);
  const images = sandbox.captures('godette', 'stand_full_yaw0');
  const options = ['--resolution', '64', '--images', images, '--out', sandbox.path('run')];
  expectSuccess(await sandbox.run('train', ...base, ...options, ...short));
  const lora = ['--lora', sandbox.path('run', 'lora.safetensors')];
  expectSuccess(await sandbox.run('generate', ...base, ...lora, ...request, '--out', 'trained.png'));
  const unknown = await sandbox.run('generate', '--base', 'someone/other', ...request);
  expectFailure(unknown, 'resource.hub.offline', 'someone/other');
});
