/** @file The report on a dataset: everything that would otherwise be silent about a folder of images. */
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readDatasetFolder } from '../../src/dataset/folder.js';
import { type PreparedDataset, type PrepareOptions, prepare } from '../../src/dataset/prepare.js';
import { clipTokenCounter } from '../../src/diffusion/clip/token-counter.js';
import { datasetReport } from '../../src/protocol/dataset-report.js';
import { animation, figurePng, writeInto } from './sample-pictures.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lora-bridge-report-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function prepared(
  files: Record<string, string | Uint8Array>,
  more: Partial<PrepareOptions> = {},
): Promise<PreparedDataset> {
  const source = join(folder, 'images');
  await mkdir(source, { recursive: true });
  await writeInto(source, files);
  return await prepare({
    ...(await readDatasetFolder(source)),
    source,
    out: join(folder, 'dataset'),
    prompt: 'an illustration of a sks girl',
    framings: ['full', 'upper', 'face', 'hand'],
    resolution: 64,
    ...more,
  });
}

/** The files of the note of a kind; undefined without one. */
const noted = ({ report }: PreparedDataset, kind: string): readonly string[] | undefined =>
  report.notes.find((note) => note.kind === kind)?.files;

test('counts what is used, and is written as JSON', async () => {
  const jpeg = await sharp(await figurePng(90))
    .flatten({ background: '#fff' })
    .jpeg()
    .toBuffer();
  const { report } = await prepared(
    { 'a.png': await figurePng(0), 'a.txt': 'sks girl', 'b.jpg': jpeg, 'c.png': await figurePng(180) },
    { samples: 700 },
  );
  expect(report).toMatchObject({
    images: 3,
    formats: { png: 2, jpeg: 1 },
    captions: { files: 1, facts: 0, generated: 2, encodings: { 'utf-8': 1 } },
  });
  const samples = Object.values(report.framings).reduce((sum, count) => sum + count, 0);
  expect(report.visits).toBe(700 / samples);
  expect(Object.values(report.faces).reduce((sum, count) => sum + count, 0)).toBe(3);
  const file = await readFile(join(folder, 'dataset', 'report.json'), 'utf8');
  expect(datasetReport.parse(JSON.parse(file))).toEqual(report);
});

test('a good dataset has no notes', async () => {
  const { report } = await prepared({ 'a.png': await figurePng(0, 512) });
  expect(report.notes).toEqual([]);
});

test('images that cannot be read are named by their format, and ignored files with the reason', async () => {
  const result = await prepared({
    'a.png': await figurePng(0),
    'b.bmp': Buffer.from('BM rest'),
    'c.heic': Buffer.from('\0\0\0\x18ftypheic\0\0\0\0', 'latin1'),
    'readme.md': '',
  });
  expect(noted(result, 'rejected')).toEqual([
    'b.bmp (is a BMP image, which cannot be read)',
    'c.heic (is a HEIC image, which cannot be read)',
  ]);
  expect(noted(result, 'ignored')).toEqual(['readme.md (neither an image nor a caption)']);
});

describe('captions', () => {
  test('too long, of several lines, in older encodings, unreadable, missing, without the trigger word', async () => {
    const hue = async (value: number) => await figurePng(value);
    const result = await prepared(
      {
        'long.png': await hue(0),
        'long.txt': `sks girl, ${'tag, '.repeat(60)}`,
        'lines.png': await hue(20),
        'lines.txt': 'sks girl\nanother caption',
        'old.png': await hue(40),
        'old.txt': Buffer.from('sks, \x8f\xce\x8a\xe7\x82\xcc\x8f\xad\x8f\x97', 'latin1'),
        'binary.png': await hue(60),
        'binary.txt': Uint8Array.of(1, 2, 0, 0, 0),
        'none.png': await hue(80),
        'other.png': await hue(100),
        'other.txt': 'a red-haired girl',
      },
      { droppedTokens: await clipTokenCounter(), framings: ['full'] },
    );
    // A tag and its comma are a token each; sks girl and its comma are three.
    expect(noted(result, 'caption-length')).toEqual([`long.png (${3 + 2 * 60 - 75} tokens too many)`]);
    expect(noted(result, 'caption-lines')).toEqual(['lines.txt']);
    expect(noted(result, 'caption-encoding')).toEqual(['old.txt (shift_jis: sks, 笑顔の少女)']);
    expect(noted(result, 'caption-unreadable')).toEqual(['binary.txt']);
    expect(noted(result, 'caption-missing')).toEqual(['binary.png', 'none.png']);
    expect(noted(result, 'caption-trigger')).toEqual(['other.png']);
  });

  test('the same image with another caption is another sample; without, it is a duplicate', async () => {
    const image = await figurePng(0);
    const result = await prepared({ 'a.png': image, 'a.txt': 'sks one', 'b.png': image, 'b.txt': 'sks two' });
    const full = result.manifest.pictures.filter(({ framing }) => framing === 'full');
    expect(full.map(({ caption }) => caption)).toEqual(['sks one', 'sks two']);
    expect(noted(result, 'duplicate')).toBeUndefined();
    const again = await prepared({ 'b.txt': 'sks one' });
    expect(again.manifest.shots).toHaveLength(1);
    expect(noted(again, 'duplicate')).toEqual(['b.png']);
  });

  test('tags of what a closer crop does not show are left out there', async () => {
    const result = await prepared({ 'a.png': await figurePng(0), 'a.txt': 'sks girl, full body, smiling, red shoes' });
    const captions = Object.fromEntries(result.manifest.pictures.map(({ framing, caption }) => [framing, caption]));
    expect(captions).toEqual({
      full: 'sks girl, full body, smiling, red shoes',
      upper: 'sks girl, smiling, upper body',
      face: 'sks girl, smiling, close-up of the face',
    });
    expect(noted(result, 'caption-framing')).toEqual(['a.png']);
  });

  test("of kohya's folders: their words instead of the prompt, their repeats", async () => {
    const [kohya, single] = [join(folder, 'images', '6_mina girl'), join(folder, 'images', '4_rin')];
    for (const path of [kohya, single]) await mkdir(path, { recursive: true });
    await writeInto(kohya, { 'a.png': await figurePng(0) });
    await writeInto(single, { 'b.png': await figurePng(90), 'b.txt': 'rin girl, running' });
    const { manifest } = await prepared({}, { framings: ['full'] });
    expect(manifest.pictures).toMatchObject([
      { caption: 'rin girl, running', repeats: 4 },
      { caption: 'mina girl, full body', repeats: 6 },
    ]);
  });
});

describe('pixels', () => {
  const svg = (body: string, width = 256, height = 256): Promise<Buffer> =>
    sharp(Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${body}</svg>`))
      .png()
      .toBuffer();

  test('a figure that is enlarged, and an animation', async () => {
    const result = await prepared(
      {
        'a.png': await svg('<rect x="100" y="100" width="40" height="50" fill="red"/>'),
        'b.gif': await animation('gif'),
      },
      { resolution: 128, framings: ['full'] },
    );
    expect(noted(result, 'small')).toEqual(['a.png (full, 55 pixels)']);
    expect(noted(result, 'animation')).toEqual(['b.gif (2 frames)']);
  });

  test('specks and haze do not move the crop, and are named', async () => {
    const figure = '<rect x="80" y="60" width="100" height="120" fill="red"/>';
    const haze = '<rect width="256" height="256" fill="#888" fill-opacity="0.15"/>';
    const result = await prepared(
      {
        'a.png': await svg(figure),
        'b.png': await svg(`${figure}<rect x="3" y="5" width="1" height="1" fill="blue"/>`),
        'c.png': await svg(`${haze}${figure}`),
      },
      { framings: ['full'] },
    );
    const [first, ...others] = result.manifest.pictures.map(({ crop }) => crop);
    expect(others).toEqual([first, first]);
    expect(noted(result, 'specks')).toEqual(['b.png (1 pixel)', expect.stringMatching(/^c\.png \(\d+ pixels\)$/)]);
  });

  test('half-transparent hair, but no soft edges', async () => {
    const body = '<circle cx="128" cy="128" r="60" fill="red"/>';
    const result = await prepared(
      {
        'edge.png': await svg(body),
        'hair.png': await svg(`<rect x="60" y="60" width="136" height="60" fill="brown" fill-opacity="0.5"/>${body}`),
      },
      { framings: ['full'] },
    );
    expect(noted(result, 'see-through')).toEqual([expect.stringMatching(/^hair\.png \((1[5-9]|2[0-3]) %\)$/)]);
  });

  test('a tall opaque figure is kept whole where the border has one colour, and named where it is cut', async () => {
    const figure = '<rect x="50" y="20" width="28" height="350" fill="#c82828"/>';
    const green = '<rect width="128" height="384" fill="#78a078"/>';
    const stripes = [0, 1, 2, 3].map((at) => `<rect y="${96 * at}" width="128" height="48" fill="#223"/>`).join('');
    const result = await prepared(
      {
        'plain.png': await svg(green + figure, 128, 384),
        'striped.png': await svg(green + stripes + figure, 128, 384),
      },
      { framings: ['full'], resolution: 384 },
    );
    const [plain, striped] = result.manifest.pictures;
    expect(plain).toMatchObject({ crop: { x: -128, y: 0, width: 384, height: 384 }, alpha: false });
    expect(striped).toMatchObject({ crop: { width: 128, height: 128 } });
    expect(noted(result, 'padded')).toEqual(['plain.png']);
    expect(noted(result, 'cropped')).toEqual(['striped.png (67 % is left out)']);
    // The extension has the colour of the border, and the figure is where it was.
    const { data, info } = await sharp(join(folder, 'dataset', plain?.file ?? ''))
      .raw()
      .toBuffer({ resolveWithObject: true });
    const pixel = (x: number, y: number) => [...data.subarray(4 * (y * info.width + x), 4 * (y * info.width + x) + 4)];
    expect([info.width, info.height]).toEqual([384, 384]);
    for (const x of [0, 100, 300, 383]) expect(pixel(x, 200)).toEqual([0x78, 0xa0, 0x78, 255]);
    expect(pixel(192, 25)).toEqual([0xc8, 0x28, 0x28, 255]);
    expect(pixel(192, 365)).toEqual([0xc8, 0x28, 0x28, 255]);
  });
});
