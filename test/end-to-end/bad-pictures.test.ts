/** @file Pictures of every bad and odd kind among good ones: each refused by name or taken as stated, and the rest is trained on. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import sharp from 'sharp';
import { expect, test, vi } from 'vitest';
import type { Manifest } from '../../src/dataset/manifest.js';
import type { JobDescription } from '../../src/protocol/job.js';
import { animation, figurePng, pixelBomb, writeInto } from '../dataset/sample-pictures.js';
import { CliSandbox, expectFailure, expectSuccess, filesBelow, onTinyModel } from './support.js';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

const plain = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 4, background: { r: 200, g: 30, b: 30, alpha: 0 } } });

/** Why each of these is refused. */
const bad = async (): Promise<Record<string, [Uint8Array | string, string]>> => {
  const figure = await figurePng(10);
  return {
    'cut.png': [figure.subarray(0, figure.length / 2), 'input.picture.damaged'],
    'bomb.png': [pixelBomb(50_000), 'input.picture.huge'],
    'empty.png': ['', 'input.picture.empty'],
    'text.png': ['<html>not found</html>', 'input.picture.format'],
    'nothing.png': [await plain(64, 64).png().toBuffer(), 'input.picture.transparent'],
    'tiny.png': [await sharp(figure).resize(16, 16).png().toBuffer(), 'input.picture.small'],
  };
};

/** These are taken: turned upright, brought to 8-bit sRGB, of an animation the first frame. */
const odd = async (): Promise<Record<string, Uint8Array>> => ({
  // Lies on its side by 64 × 96, and says so.
  'rotated.jpg': await sharp(await figurePng(40))
    .flatten({ background: '#ffffff' })
    .resize(96, 64, { fit: 'fill' })
    .withMetadata({ orientation: 6 })
    .jpeg()
    .toBuffer(),
  'deep.png': await sharp(await figurePng(80))
    .toColourspace('rgb16')
    .png()
    .toBuffer(),
  'print.jpg': await sharp(await figurePng(120))
    .flatten()
    .toColourspace('cmyk')
    .jpeg()
    .toBuffer(),
  'moving.gif': await animation('gif'),
  'good.png': await figurePng(160),
});

test('trains on what can be used, and names each picture that cannot', async () => {
  const sandbox = CliSandbox.open();
  const images = sandbox.path('pictures');
  mkdirSync(images);
  const refused = await bad();
  const taken = await odd();
  await writeInto(images, taken);
  await writeInto(images, Object.fromEntries(Object.entries(refused).map(([name, [bytes]]) => [name, bytes])));
  const flags = ['--steps', '6', '--rank', '1', '--preview-every', '0', '--framings', 'full', '--out', 'run'];
  const trained = await sandbox.run('train', ...onTinyModel, '--images', images, ...flags);
  expectSuccess(trained);
  const { stderr } = trained;
  for (const [name, [, code]] of Object.entries(refused)) {
    const line = stderr.split('\n').find((text) => text.startsWith(`skipped ${join(images, name)}:`));
    expect(line).toContain(`[${code}]`);
  }

  const manifest = JSON.parse(readFileSync(sandbox.path('run/dataset/manifest.json'), 'utf8')) as Manifest;
  expect(manifest.shots.map(({ file }) => basename(file)).sort()).toEqual(Object.keys(taken).sort());
  const shot = (name: string) => manifest.shots.find(({ file }) => basename(file) === name);
  expect(shot('rotated.jpg')).toMatchObject({ width: 64, height: 96 });
  expect(shot('moving.gif')).toMatchObject({ frames: 2, width: 64, height: 64 });
  expect(manifest.rejected.map(({ file, error }) => [basename(file), error.code]).sort()).toEqual(
    Object.entries(refused)
      .map(([name, [, code]]) => [name, code])
      .sort(),
  );
  for (const { error } of manifest.rejected)
    expect(error).toMatchObject({ file: expect.any(String), hint: expect.any(String) });
});

test('fails by name on a folder in which nothing can be used, and leaves no half dataset', async () => {
  const sandbox = CliSandbox.open();
  const images = sandbox.path('pictures');
  mkdirSync(images);
  const flags = ['--images', images, '--out', sandbox.path('out')];
  for (const [command, ...more] of [
    ['prepare', '--base', onTinyModel[1] ?? ''],
    ['train', ...onTinyModel],
  ])
    expectFailure(await sandbox.run(command ?? '', ...more, ...flags), 'input.dataset.empty', images);
  writeFileSync(join(images, 'cut.png'), (await figurePng(10)).subarray(0, 200));
  const failed = await sandbox.run('train', ...onTinyModel, ...flags);
  expectFailure(failed, 'input.dataset.empty', join(images, 'cut.png'));
  expect(filesBelow(sandbox.path('out')).filter((file) => !/(-job|^run)\.json$/.test(file))).toEqual([]);
  const jobs = await sandbox.json<JobDescription[]>('runs', 'list');
  expect(jobs.map(({ state, error }) => [state, error?.code])).toEqual(
    Array.from({ length: 2 }, () => ['failed', 'input.dataset.empty']),
  );
});

test('prepare writes crops, captions and the manifest, and reports on the images', async () => {
  const sandbox = CliSandbox.open();
  const images = sandbox.captures('godette', 'walk_full_yaw0', 'bow_full_yaw40');
  writeFileSync(join(images, 'walk_full_yaw0.txt'), 'a sks girl walks');
  interface Prepared {
    readonly manifest: string;
    readonly samplesPerFraming: Record<string, number>;
    readonly rejected: unknown[];
  }
  const flags = ['--base', onTinyModel[1] ?? '', '--images', images, '--out', 'set'];
  const made = await sandbox.json<Prepared>('prepare', ...flags);
  expect(made).toMatchObject({
    manifest: sandbox.path('set', 'manifest.json'),
    samplesPerFraming: { full: 2, upper: 2, face: 2 },
    rejected: [],
    report: { images: 2, formats: { png: 2 }, captions: { files: 1, generated: 1 }, faces: { region: 2 } },
  });
  const { pictures } = JSON.parse(readFileSync(made.manifest, 'utf8')) as Manifest;
  for (const { file, caption } of pictures) {
    const written = readFileSync(sandbox.path('set', file.replace(/png$/, 'txt')), 'utf8');
    expect(written).toBe(`${caption}\n`);
    expect(await sharp(sandbox.path('set', file)).metadata()).toMatchObject({ hasAlpha: true });
  }
  expect(pictures.filter(({ caption }) => caption.includes('a sks girl walks')).length).toBe(3);
  expect(existsSync(sandbox.home)).toBe(false);

  expectFailure(
    await sandbox.run('prepare', '--images', 'nowhere', '--out', 'x'),
    'input.file.missing',
    sandbox.path('nowhere'),
  );
  expect(existsSync(sandbox.path('x'))).toBe(false);
});
