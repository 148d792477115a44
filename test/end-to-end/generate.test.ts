/** @file `lora-bridge generate`: sheets, single pictures, and what it refuses. */
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { expect, test, vi } from 'vitest';
import { samplerNames } from '../../src/sampling/samplers/samplers.js';
import { CliSandbox, expectFailure, expectSuccess, filesBelow, onTinyModel } from './support.js';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

const golden = (path: string): string => fileURLToPath(new URL(`../goldens/${path}`, import.meta.url));

const generate = (sandbox: CliSandbox, ...flags: string[]) =>
  sandbox.run('generate', ...onTinyModel, '--prompt', 'a girl, red hair', '--steps', '3', ...flags);

test('generates a sheet of six, and single pictures that are the same bytes alone and among others', async () => {
  const sandbox = CliSandbox.open();
  const sheet = await generate(sandbox, '--out', 'made/sheet.jpg');
  expect(sheet).toMatchObject({ status: 0, stdout: `${sandbox.path('made', 'sheet.jpg')}\n` });
  const { format, width = 0, height = 0 } = await sharp(sandbox.path('made/sheet.jpg')).metadata();
  expect(format).toBe('jpeg');
  // 2 × 3 of 32 px, perhaps with space between.
  expect([Math.floor(width / 32), Math.floor(height / 32)]).toEqual([3, 2]);

  expectSuccess(await generate(sandbox, '--count', '3', '--seed', '7', '--out', 'each/'));
  expect(filesBelow(sandbox.path('each'))).toEqual(['seed-7.png', 'seed-8.png', 'seed-9.png']);
  expectSuccess(await generate(sandbox, '--count', '1', '--seed', '9', '--out', 'one.png'));
  expect(readFileSync(sandbox.path('one.png'))).toEqual(readFileSync(sandbox.path('each/seed-9.png')));
  expect(await sharp(sandbox.path('one.png')).metadata()).toMatchObject({ width: 32, height: 32, format: 'png' });

  const lora = ['--lora', golden('text-to-image/lora.safetensors')];
  for (const other of [['--noise', 'cuda'], ...samplerNames.slice(1).map((name) => ['--sampler', name]), lora]) {
    expectSuccess(await generate(sandbox, '--count', '1', '--seed', '9', ...other, '--out', 'other.png'));
    expect(readFileSync(sandbox.path('other.png'))).not.toEqual(readFileSync(sandbox.path('one.png')));
  }
});

test('generates from a prompt of 500 tokens, and says that most of it has no effect', async () => {
  const sandbox = CliSandbox.open();
  const { files } = await sandbox.json<{ files: string[] }>(
    ...['generate', ...onTinyModel, '--prompt', 'x '.repeat(500), '--steps', '1', '--count', '1', '--out', 'long.png'],
  );
  expect(files).toEqual([sandbox.path('long.png')]);
  expect((await generate(sandbox, '--prompt', 'x '.repeat(500), '--count', '1', '--out', 'long.png')).stderr).toContain(
    'its last 425 tokens are ignored',
  );
  const negative = await generate(sandbox, '--negative', 'x '.repeat(90), '--count', '1', '--out', 'long.png');
  expect(negative.stderr).toContain('the negative prompt is too long: its last 15 tokens are ignored');
});

test('names the LoRA that is missing, broken, hostile or of another model, and writes nothing', async () => {
  const sandbox = CliSandbox.open();
  const withLora = (file: string) => generate(sandbox, '--count', '1', '--out', 'made/x.png', '--lora', file);
  expectFailure(await withLora('nowhere.safetensors'), 'input.file.missing', sandbox.path('nowhere.safetensors'));

  const whole = readFileSync(golden('text-to-image/lora.safetensors'));
  const header = (json: unknown): Buffer => {
    const text = Buffer.from(JSON.stringify(json));
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(text.length));
    return Buffer.concat([length, text]);
  };
  const endless = Buffer.alloc(16, 0xff);
  const beyond = header({ a: { dtype: 'F32', shape: [2 ** 40], data_offsets: [0, 2 ** 42] } });
  const cases: [string, Buffer, string][] = [
    ['cut.safetensors', whole.subarray(0, whole.length - 10), 'input.safetensors.truncated'],
    ['endless.safetensors', endless, 'input.safetensors.header'],
    ['beyond.safetensors', beyond, 'input.safetensors.truncated'],
    ['text.safetensors', Buffer.from('version https://git-lfs.github.com/spec/v1\n'), 'input.safetensors.header'],
    ['other.safetensors', readFileSync(golden('vae-and-text/vae-plain.safetensors')), 'input.lora.invalid'],
  ];
  for (const [name, bytes, code] of cases) {
    writeFileSync(sandbox.path(name), bytes);
    expectFailure(await withLora(name), code, sandbox.path(name));
  }
  copyFileSync(golden('lora-files/diffusers.safetensors'), sandbox.path('foreign.safetensors'));
  expectFailure(await withLora('foreign.safetensors'), 'input.lora.mismatch', sandbox.path('foreign.safetensors'));
  expect(existsSync(sandbox.path('made')) ? filesBelow(sandbox.path('made')) : []).toEqual([]);
});

test('refuses options before it generates', async () => {
  const sandbox = CliSandbox.open();
  expectFailure(await sandbox.run('generate', ...onTinyModel), 'input.option.invalid', '--prompt is missing');
  expectFailure(
    await generate(sandbox, '--sampler', 'best'),
    'input.option.invalid',
    '--sampler "best"',
    samplerNames.join(', '),
  );
  mkdirSync(sandbox.path('folder'));
  for (const out of ['picture.bmp', 'folder']) {
    const refused = await generate(sandbox, '--out', out);
    expectFailure(refused, 'input.option.invalid', sandbox.path(out), '.png');
    expect(refused.stderr).not.toContain('generating');
  }
  expect(await generate(sandbox, '--what')).toMatchObject({ status: 1, stderr: expect.stringContaining("'--what'") });
});
