/** @file `lora-bridge lora …`, `convert`, and LoRAs named in a prompt, as a person uses them. */
import { copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test, vi } from 'vitest';
import { openSafetensors } from '../../src/safetensors/header.js';
import { Desk, expectFailure, expectSuccess, onTinyModel, tinyModel } from './support.js';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

const golden = (path: string): string => fileURLToPath(new URL(`../goldens/${path}`, import.meta.url));
const whole = golden('lora-dialects/diffusers.safetensors');
const old = golden('lora-dialects/pytorch_lora_weights.bin');

test('looks into a LoRA, converts, merges, resizes it, and takes it out of a model again', async () => {
  const desk = Desk.open();
  const inspect = (file: string) =>
    desk.json<{ dialect: string; rank: string; family: string; layers: string[] }>('lora', 'inspect', file);
  expect(await inspect(old)).toMatchObject({ dialect: 'diffusers 0.14 to 0.20', layers: ['unet: 32 attention'] });

  const family = ['--family', 'sd1'];
  expectSuccess(await desk.run('lora', 'convert', old, '--out', 'kohya.safetensors', ...family));
  expect(await inspect('kohya.safetensors')).toMatchObject({ dialect: 'kohya', family: 'sd1', rank: '3' });
  expectFailure(await desk.run('lora', 'convert', old, '--out', 'x.safetensors'), 'input.option.invalid');

  const both = ['lora', 'merge', `${whole}:0.5`, `${old}:-1`, '--out'];
  expectSuccess(await desk.run(...both, 'sum.safetensors', ...family));
  expect((await inspect('sum.safetensors')).rank).toBe('2 to 6');
  expectSuccess(
    await desk.run('lora', 'resize', 'sum.safetensors', '--rank', '1', '--half', '--out', 'one.safetensors'),
  );
  expect(await inspect('one.safetensors')).toMatchObject({ rank: '1', dtype: 'F16' });

  expectSuccess(await desk.run('lora', 'merge', whole, '--base', tinyModel, '--out', 'merged'));
  expect(existsSync(desk.path('merged/unet/diffusion_pytorch_model.safetensors'))).toBe(true);
  const models = ['--base', tinyModel, '--tuned', 'merged', '--rank', '4', '--convolutions'];
  const { lost, left } = await desk.json<{ lost: number; left: string[] }>(
    ...['lora', 'extract', ...models, '--out', 'back.safetensors'],
  );
  expect(left).toEqual([]);
  expect(lost).toBeLessThan(1e-3);
});

test('paints with LoRAs that the prompt names, as with the same ones by flag', async () => {
  const desk = Desk.open();
  mkdirSync(desk.path('loras/mine'), { recursive: true });
  copyFileSync(whole, desk.path('loras/mine/mina.safetensors'));
  const paint = (prompt: string, ...flags: string[]) =>
    desk.run('generate', ...onTinyModel, '--prompt', prompt, '--steps', '2', '--count', '1', ...flags);
  const folder = ['--lora-folder', 'loras'];
  expectSuccess(await paint('a girl', '--lora', `${whole}:0.5`, '--lora', `${whole}:0.25`, '--out', 'flag.png'));
  expectSuccess(await paint('a girl <lora:mina:0.5><lora:mina:0.25>', ...folder, '--out', 'prompt.png'));
  expect(readFileSync(desk.path('prompt.png'))).toEqual(readFileSync(desk.path('flag.png')));
  expectFailure(await paint('a girl <lora:nobody>', ...folder), 'input.file.missing');
  expectFailure(await paint('a girl <lora:mina>'), 'input.option.invalid');
});

test('converts a checkpoint, and says what was left out and what was not run', async () => {
  const desk = Desk.open();
  const converted = await desk.run('convert', golden('torch-files/hostile.ckpt'), '--out', 'safe.safetensors');
  expect(converted).toMatchObject({ status: 0, stdout: `${desk.path('safe.safetensors')}\n` });
  expect(converted.stderr).toContain('posix.system');
  expect([...openSafetensors(desk.path('safe.safetensors')).tensors.keys()]).toEqual(['weight']);
  expectFailure(await desk.run('convert', whole, '--out', 'x.safetensors'), 'input.torch.unsupported');
});
