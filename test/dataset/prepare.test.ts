/** @file From shots to a dataset on disk, and from it to what a trainer draws. */
import { cp, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readDatasetFolder } from '../../src/dataset/folder.js';
import { countFramings, readManifest } from '../../src/dataset/manifest.js';
import { VariantPool } from '../../src/dataset/pool.js';
import { type PrepareOptions, prepare } from '../../src/dataset/prepare.js';
import type { Shot } from '../../src/dataset/shot.js';
import { figurePng, godette, pixelBomb, writeInto } from './sample-pictures.js';

let folder: string;
let pictures: string;
let out: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lora-bridge-prepare-'));
  pictures = join(folder, 'pictures');
  out = join(folder, 'dataset');
  await mkdir(pictures);
});
afterEach(() => rm(folder, { recursive: true }));

const prompt = 'an illustration of a sks girl';
const framings = ['full', 'upper', 'face', 'hand'] as const;
const run = (shots: readonly Shot[], more: Partial<PrepareOptions> = {}) =>
  prepare({ shots, prompt, out, framings, resolution: 64, ...more });
const shotOf = (name: string): Shot => ({ file: join(pictures, `${name}.png`), name });
const written = async () => (await readdir(out, { recursive: true })).map((path) => path.replaceAll(sep, '/')).sort();

describe('Godette', () => {
  test('15 captures become 45 crops whose faces come from the editor', async () => {
    const progress: string[] = [];
    const { file, manifest } = await run((await readDatasetFolder(godette)).shots, {
      onProgress: (stage, done, total) => progress.push(`${stage} ${done}/${total}`),
    });
    expect(await readManifest(file)).toEqual(manifest);
    expect(countFramings(manifest.pictures)).toEqual({ full: 15, upper: 15, face: 15 });
    expect(manifest.shots.every(({ face }) => face?.source === 'region' && face.confidence === 1)).toBe(true);
    expect(progress.slice(0, 3)).toEqual(['faces 1/15', 'dataset 1/15', 'faces 2/15']);
    expect(progress.at(-1)).toBe('dataset 15/15');

    for (const picture of manifest.pictures) {
      const { width, height, channels } = await sharp(join(out, picture.file)).metadata();
      expect([width, height, channels]).toEqual([128, 128, 4]); // twice the resolution
      expect(await readFile(join(out, picture.file.replace('.png', '.txt')), 'utf8')).toBe(`${picture.caption}\n`);
      const corner = await sharp(join(out, picture.file))
        .extract({ left: 0, top: 0, width: 1, height: 1 })
        .raw()
        .toBuffer();
      expect(corner[3], picture.file).toBe(0);
    }
    const walk = manifest.shots.findIndex(({ name }) => name === 'walk_full_yaw40');
    expect(manifest.pictures.filter(({ shot }) => shot === walk).map(({ caption }) => caption)).toEqual([
      `${prompt}, walking, from the left, full body`,
      `${prompt}, walking, from the left, upper body`,
      `${prompt}, from the left, close-up of the face`,
    ]);
  });

  test('without the editor the detector finds the same framings', async () => {
    const [shot] = (await readDatasetFolder(godette)).shots;
    if (shot === undefined) throw new Error('no capture');
    const { manifest } = await run([{ file: shot.file, name: shot.name }]);
    expect(manifest.shots[0]?.face).toMatchObject({ source: 'detector', confidence: expect.any(Number) });
    expect(manifest.pictures.map(({ caption }) => caption)).toEqual([
      `${prompt}, full body`,
      `${prompt}, upper body`,
      `${prompt}, close-up of the face`,
    ]);
  });

  test('a face that was found earlier is used as it is, and none is looked for where none was found', async () => {
    const file = join(godette, 'cheer_full_yaw40.png');
    const face = { x: 300, y: 60, width: 150, height: 170, source: 'detector', confidence: 0.8 } as const;
    const facesOf = async (shot: Partial<Shot>) =>
      (await run([{ file, name: 'cheer', ...shot }])).manifest.shots[0]?.face;
    expect(await facesOf({ face })).toEqual(face);
    // Nor is an earlier crop of the same image taken, which another face had decided about.
    const corrected = { ...face, x: 310, source: 'region' } as const;
    expect(await facesOf({ face: corrected })).toEqual(corrected);
    expect(await facesOf({ face: null })).toBeUndefined();
    expect(await facesOf({})).toMatchObject({ source: 'detector' });
    expect(await facesOf({ face: { ...face, x: 5000 } })).toMatchObject({ source: 'detector' });
  });

  test('face crops and eight different variants of each picture come out of the pool', async () => {
    const shots = (await readDatasetFolder(godette)).shots.slice(0, 2);
    const { file } = await run(shots);
    const options = { resolution: 64, seed: 3, variants: 8, background: 'random', flip: false };
    const pool = await VariantPool.open(file, options);
    expect([pool.count, pool.variants]).toEqual([6, 8]);
    const framingsSeen = new Set<string>();
    const seen = new Set<string>();
    for (let picture = 0; picture < pool.count; picture += 1) {
      framingsSeen.add(pool.framing(picture));
      for (let variant = 0; variant < pool.variants; variant += 1) {
        const { pixels, mask } = await pool.render(picture, variant);
        expect([pixels.length, mask.length]).toEqual([3 * 64 * 64, 64 * 64]);
        seen.add(Buffer.from(pixels.buffer).toString('base64'));
      }
    }
    expect([...framingsSeen].sort()).toEqual(['face', 'full', 'upper']);
    expect(seen.size).toBe(48);
    const again = await VariantPool.open(file, options);
    expect(await again.render(2, 5)).toEqual(await pool.render(2, 5));
    expect(pool.framing(2)).toBe('face');
    expect(pool.caption(2, 0)).toContain('close-up of the face');
    await expect(pool.render(6, 0)).rejects.toThrow(RangeError);
  });

  test('a fixed background has one variant, with flips two: the mirrored one is also called so', async () => {
    const shots = (await readDatasetFolder(godette)).shots.filter(({ name }) => name === 'walk_full_yaw40');
    const { file } = await run(shots);
    const options = { resolution: 32, seed: 3, variants: 8, background: 'white', flip: false };
    expect((await VariantPool.open(file, options)).variants).toBe(1);
    const pool = await VariantPool.open(file, { ...options, flip: true });
    expect(pool.variants).toBe(2);
    expect([0, 1].map((variant) => pool.caption(0, variant))).toEqual([
      `${prompt}, walking, from the left, full body`,
      `${prompt}, walking, from the right, full body`,
    ]);
    const [plain, mirrored] = [await pool.render(0, 0), await pool.render(0, 1)];
    expect(mirrored.mask.slice(0, 32)).toEqual(plain.mask.slice(0, 32).reverse());
  });
});

describe('prepared again', () => {
  test('nothing is cut twice, not even when only captions change', async () => {
    await writeInto(pictures, { 'a.png': await figurePng(0), 'b.png': await figurePng(120) });
    const shots = [shotOf('a'), shotOf('b')];
    const { file, manifest } = await run(shots);
    const times = async () =>
      Promise.all(manifest.pictures.map(async (crop) => (await stat(join(out, crop.file))).mtimeMs));
    const before = await times();
    const text = await readFile(file, 'utf8');
    await run(shots);
    expect(await readFile(file, 'utf8')).toBe(text);
    const { manifest: renamed } = await run(shots, { prompt: 'a drawing of a sks boy' });
    expect(await times()).toEqual(before);
    expect(renamed.pictures[0]?.caption).toContain('a drawing of a sks boy');
    expect(renamed.pictures.map(({ key }) => key)).toEqual(manifest.pictures.map(({ key }) => key));
  });

  test('what a changed or removed picture left behind is removed, and nothing else', async () => {
    await writeInto(pictures, { 'a.png': await figurePng(0), 'b.png': await figurePng(120) });
    await run([shotOf('a'), shotOf('b')]);
    await writeInto(join(out, 'pictures'), {
      'holiday.png': 'mine',
      'a-full-00000000.png.12345678.tmp': 'left by a crash',
    });
    await writeInto(pictures, { 'a.png': await figurePng(240) });
    const { manifest } = await run([shotOf('a')]);
    const crops = manifest.pictures.flatMap(({ file }) => [file, file.replace('.png', '.txt')]);
    const records = (await readdir(join(out, 'shots'))).map((name) => `shots/${name}`);
    expect(records).toHaveLength(1);
    expect(await written()).toEqual(
      ['manifest.json', 'report.json', 'pictures', 'pictures/holiday.png', 'shots', ...crops, ...records].sort(),
    );
  });

  test('a crop that has been lost is cut again', async () => {
    await writeInto(pictures, { 'a.png': await figurePng(0) });
    const { manifest } = await run([shotOf('a')]);
    const crop = join(out, manifest.pictures[0]?.file ?? '');
    const bytes = await readFile(crop);
    await rm(crop);
    await run([shotOf('a')]);
    expect(await readFile(crop)).toEqual(bytes);
  });

  test('stopped in the middle, the earlier dataset is still whole, and what was done is not done again', async () => {
    for (const name of ['a', 'b', 'c'])
      await writeFile(join(pictures, `${name}.png`), await figurePng(name.charCodeAt(0) * 70));
    const { file } = await run([shotOf('a')]);
    const before = await readFile(file, 'utf8');
    const controller = new AbortController();
    const stopped = run([shotOf('b'), shotOf('c')], {
      signal: controller.signal,
      onProgress: (stage) => stage === 'dataset' && controller.abort(),
    });
    await expect(stopped).rejects.toThrow('aborted');
    expect(await readFile(file, 'utf8')).toBe(before);
    const pool = await VariantPool.open(file, {
      resolution: 32,
      seed: 0,
      variants: 1,
      background: 'white',
      flip: false,
    });
    await pool.render(0, 0);
    const cut = (await written()).filter((name) => name.startsWith('pictures/b-full'));
    expect(cut).toHaveLength(1);
    const { mtimeMs } = await stat(join(out, cut[0] ?? ''));
    await run([shotOf('b'), shotOf('c')]);
    expect((await stat(join(out, cut[0] ?? ''))).mtimeMs).toBe(mtimeMs);
  });
});

describe('bad input', () => {
  test('a bad picture is reported and recorded, and the others are used', async () => {
    await writeInto(pictures, {
      'bomb.png': pixelBomb(60_000),
      'empty.png': '',
      'good.png': await figurePng(0),
      'half.png': (await figurePng(50)).subarray(0, 700),
      'text.png': 'no picture',
    });
    const rejected: string[] = [];
    const shots = [...(await readDatasetFolder(pictures)).shots, shotOf('gone')];
    const { manifest } = await run(shots, { onRejected: (file, { code }) => rejected.push(`${file} ${code}`) });
    const expected = { bomb: 'huge', empty: 'empty', half: 'damaged', text: 'format' };
    expect(rejected).toEqual([
      ...Object.entries(expected).map(([name, code]) => `${shotOf(name).file} input.picture.${code}`),
      `${shotOf('gone').file} input.file.missing`,
    ]);
    expect(manifest.rejected.map(({ file, error }) => `${file} ${error.code}`)).toEqual(rejected);
    expect(manifest.shots.map(({ name }) => name)).toEqual(['good']);
  });

  test('a copy of a picture counts once', async () => {
    await writeInto(pictures, { 'a.png': await figurePng(0) });
    await cp(join(pictures, 'a.png'), join(pictures, 'b.png'));
    const { manifest } = await run([shotOf('a'), shotOf('b')]);
    expect(manifest.shots.map(({ name }) => name)).toEqual(['a']);
    expect(manifest.skipped).toContainEqual({ file: shotOf('b').file, reason: 'duplicate' });
  });

  test('a part too small to learn from is left out, and so is an empty rectangle', async () => {
    await writeInto(pictures, { 'a.png': await figurePng(0) });
    const regions = {
      head: { x: 120, y: 60, width: 9, height: 9 },
      leftHand: { x: 0, y: 0, width: 60, height: 60 },
    };
    const { manifest } = await run([{ ...shotOf('a'), regions }]);
    expect(manifest.skipped.map(({ framing, reason }) => [framing, reason])).toEqual([
      ['face', 'too few pixels'],
      ['hand', 'nothing visible'],
    ]);
  });

  test('names that no file system takes', async () => {
    await writeInto(pictures, { 'a.png': await figurePng(0) });
    const { manifest } = await run([{ ...shotOf('a'), name: '../../etc/ゴデット: "walk"?' }]);
    expect(manifest.pictures[0]?.file).toMatch(/^pictures\/_etc_ゴデット_walk_-full-[0-9a-f]{8}\.png$/);
    expect(manifest.pictures[0]?.file && (await stat(join(out, manifest.pictures[0].file))).isFile()).toBe(true);
  });

  test('no usable picture at all is an error, and no manifest is written', async () => {
    await writeInto(pictures, { 'text.png': 'no picture' });
    await expect(run([shotOf('text')])).rejects.toMatchObject({
      code: 'input.dataset.empty',
      file: shotOf('text').file,
    });
    await expect(run([])).rejects.toMatchObject({ code: 'input.dataset.empty', hint: expect.any(String) });
    expect(await written()).not.toContain('manifest.json');
  });

  test('an output folder that cannot be written is not blamed on the pictures', async () => {
    await writeInto(pictures, { 'a.png': await figurePng(0), dataset: 'a file where the folder should be' });
    await expect(run([shotOf('a')], { out: join(pictures, 'dataset') })).rejects.not.toMatchObject({
      code: 'input.dataset.empty',
    });
  });

  test('a broken manifest is named', async () => {
    await writeInto(pictures, { 'manifest.json': '{"version": 1, "pictures": [' });
    const file = join(pictures, 'manifest.json');
    await expect(readManifest(file)).rejects.toMatchObject({ code: 'input.dataset.broken', file });
  });
});
