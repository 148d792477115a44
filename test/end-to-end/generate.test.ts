/** @file `lora-bridge generate`: sheets, single pictures, and what it says to things it cannot paint. */
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { expect, test, vi } from 'vitest';
import { samplerNames } from '../../src/sampling/samplers/sampler.js';
import { Desk, expectFailure, expectSuccess, filesBelow, onTinyModel } from './support.js';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

const golden = (path: string): string => fileURLToPath(new URL(`../goldens/${path}`, import.meta.url));

const paint = (desk: Desk, ...flags: string[]) =>
  desk.run('generate', ...onTinyModel, '--prompt', 'a girl, red hair', '--steps', '3', ...flags);

test('paints a sheet of six, and single pictures that are the same bytes alone and among others', async () => {
  const desk = Desk.open();
  const sheet = await paint(desk, '--out', 'made/sheet.jpg');
  expect(sheet).toMatchObject({ status: 0, stdout: `${desk.path('made', 'sheet.jpg')}\n` });
  const { format, width = 0, height = 0 } = await sharp(desk.path('made/sheet.jpg')).metadata();
  expect(format).toBe('jpeg');
  // 2 × 3 of 32 px, perhaps with space between.
  expect([Math.floor(width / 32), Math.floor(height / 32)]).toEqual([3, 2]);

  expectSuccess(await paint(desk, '--count', '3', '--seed', '7', '--out', 'each/'));
  expect(filesBelow(desk.path('each'))).toEqual(['seed-7.png', 'seed-8.png', 'seed-9.png']);
  expectSuccess(await paint(desk, '--count', '1', '--seed', '9', '--out', 'one.png'));
  expect(readFileSync(desk.path('one.png'))).toEqual(readFileSync(desk.path('each/seed-9.png')));
  expect(await sharp(desk.path('one.png')).metadata()).toMatchObject({ width: 32, height: 32, format: 'png' });

  const lora = ['--lora', golden('text-to-image/lora.safetensors')];
  for (const other of [['--noise', 'cuda'], ...samplerNames.slice(1).map((name) => ['--sampler', name]), lora]) {
    expectSuccess(await paint(desk, '--count', '1', '--seed', '9', ...other, '--out', 'other.png'));
    expect(readFileSync(desk.path('other.png'))).not.toEqual(readFileSync(desk.path('one.png')));
  }
});

test('paints a prompt of 500 tokens, and says that most of it has no effect', async () => {
  const desk = Desk.open();
  const { files } = await desk.json<{ files: string[] }>(
    ...['generate', ...onTinyModel, '--prompt', 'x '.repeat(500), '--steps', '1', '--count', '1', '--out', 'long.png'],
  );
  expect(files).toEqual([desk.path('long.png')]);
  expect((await paint(desk, '--prompt', 'x '.repeat(500), '--count', '1', '--out', 'long.png')).stderr).toContain(
    'its last 425 tokens have no effect',
  );
});

test('names the LoRA that is missing, broken, hostile or of another model, and writes nothing', async () => {
  const desk = Desk.open();
  const withLora = (file: string) => paint(desk, '--count', '1', '--out', 'made/x.png', '--lora', file);
  expectFailure(await withLora('nowhere.safetensors'), 'input.file.missing', desk.path('nowhere.safetensors'));

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
    writeFileSync(desk.path(name), bytes);
    expectFailure(await withLora(name), code, desk.path(name));
  }
  copyFileSync(golden('lora-files/diffusers.safetensors'), desk.path('foreign.safetensors'));
  expectFailure(await withLora('foreign.safetensors'), 'input.lora.mismatch', desk.path('foreign.safetensors'));
  expect(existsSync(desk.path('made')) ? filesBelow(desk.path('made')) : []).toEqual([]);
});

test('refuses options before it paints', async () => {
  const desk = Desk.open();
  expectFailure(await desk.run('generate', ...onTinyModel), 'input.option.invalid', '--prompt is missing');
  expectFailure(
    await paint(desk, '--sampler', 'best'),
    'input.option.invalid',
    '--sampler "best"',
    samplerNames.join(', '),
  );
  mkdirSync(desk.path('folder'));
  for (const out of ['picture.bmp', 'folder']) {
    const refused = await paint(desk, '--out', out);
    expectFailure(refused, 'input.option.invalid', desk.path(out), '.png');
    expect(refused.stderr).not.toContain('painting');
  }
  expect(await paint(desk, '--what')).toMatchObject({ status: 1, stderr: expect.stringContaining("'--what'") });
});
