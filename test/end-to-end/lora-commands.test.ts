/** @file `lora-bridge lora …`, `convert`, and LoRAs named in a prompt, as a person uses them. */
import { copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test, vi } from 'vitest';
import { openSafetensors } from '../../src/safetensors/header.js';
import { CliSandbox, expectFailure, expectSuccess, onTinyModel, tinyModel } from './support.js';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

const golden = (path: string): string => fileURLToPath(new URL(`../goldens/${path}`, import.meta.url));
const whole = golden('lora-dialects/diffusers.safetensors');
const old = golden('lora-dialects/pytorch_lora_weights.bin');

test('looks into a LoRA, converts, merges, resizes it, and takes it out of a model again', async () => {
  const sandbox = CliSandbox.open();
  const inspect = (file: string) =>
    sandbox.json<{ dialect: string; rank: string; family: string; layers: string[] }>('lora', 'inspect', file);
  expect(await inspect(old)).toMatchObject({ dialect: 'diffusers 0.14 to 0.20', layers: ['unet: 32 attention'] });

  const family = ['--family', 'sd1'];
  expectSuccess(await sandbox.run('lora', 'convert', old, '--out', 'kohya.safetensors', ...family));
  expect(await inspect('kohya.safetensors')).toMatchObject({ dialect: 'kohya', family: 'sd1', rank: '3' });
  expectFailure(await sandbox.run('lora', 'convert', old, '--out', 'x.safetensors'), 'input.option.invalid');

  const both = ['lora', 'merge', `${whole}:0.5`, `${old}:-1`, '--out'];
  expectSuccess(await sandbox.run(...both, 'sum.safetensors', ...family));
  expect((await inspect('sum.safetensors')).rank).toBe('2 to 6');
  expectSuccess(
    await sandbox.run('lora', 'resize', 'sum.safetensors', '--rank', '1', '--half', '--out', 'one.safetensors'),
  );
  expect(await inspect('one.safetensors')).toMatchObject({ rank: '1', dtype: 'F16' });

  expectSuccess(await sandbox.run('lora', 'merge', whole, '--base', tinyModel, '--out', 'merged'));
  expect(existsSync(sandbox.path('merged/unet/diffusion_pytorch_model.safetensors'))).toBe(true);
  const models = ['--base', tinyModel, '--tuned', 'merged', '--rank', '4', '--convolutions'];
  const { lost, left } = await sandbox.json<{ lost: number; left: string[] }>(
    ...['lora', 'extract', ...models, '--out', 'back.safetensors'],
  );
  expect(left).toEqual([]);
  expect(lost).toBeLessThan(1e-3);
});

test('generates with LoRAs that the prompt names, as with the same ones by flag', async () => {
  const sandbox = CliSandbox.open();
  mkdirSync(sandbox.path('loras/mine'), { recursive: true });
  copyFileSync(whole, sandbox.path('loras/mine/mina.safetensors'));
  const generate = (prompt: string, ...flags: string[]) =>
    sandbox.run('generate', ...onTinyModel, '--prompt', prompt, '--steps', '2', '--count', '1', ...flags);
  const folder = ['--lora-folder', 'loras'];
  expectSuccess(await generate('a girl', '--lora', `${whole}:0.5`, '--lora', `${whole}:0.25`, '--out', 'flag.png'));
  expectSuccess(await generate('a girl <lora:mina:0.5><lora:mina:0.25>', ...folder, '--out', 'prompt.png'));
  expect(readFileSync(sandbox.path('prompt.png'))).toEqual(readFileSync(sandbox.path('flag.png')));
  expectSuccess(await generate('a girl <lora:mine/mina:0.75>', ...folder, '--out', 'path.png'));
  copyFileSync(whole, sandbox.path('loras/mina.safetensors'));
  const twice = await generate('a girl <lora:mina:0.75>', ...folder, '--out', 'twice.png');
  expect(twice.stderr).toContain(`several LoRAs are called mina: ${sandbox.path('loras/mina.safetensors')} is used`);
  expectFailure(await generate('a girl <lora:nobody>', ...folder), 'input.file.missing');
  expectFailure(await generate('a girl <lora:mina>'), 'input.option.invalid');
});

test('converts a checkpoint, and says what was left out and what was not run', async () => {
  const sandbox = CliSandbox.open();
  const converted = await sandbox.run('convert', golden('torch-files/hostile.ckpt'), '--out', 'safe.safetensors');
  expect(converted).toMatchObject({ status: 0, stdout: `${sandbox.path('safe.safetensors')}\n` });
  expect(converted.stderr).toContain('posix.system');
  expect([...openSafetensors(sandbox.path('safe.safetensors')).tensors.keys()]).toEqual(['weight']);
  expectFailure(await sandbox.run('convert', whole, '--out', 'x.safetensors'), 'input.torch.unsupported');
});
