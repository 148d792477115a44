/** @file Facts gathered from a folder of images and the files next to them. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readDatasetFolder } from '../../src/dataset/folder.js';
import { godette, writeInto } from './sample-pictures.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lora-bridge-folder-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('images by name, readable or not; hidden files and debris are passed over, others are named', async () => {
  const images = ['b.PNG', 'a.jpg', 'c.jpeg', 'd.webp', 'e.gif', 'f.avif', 'g.TIFF', 'h.jfif', 'i.heic', 'j.bmp'];
  const debris = ['a.png.meta', '.hidden.png', '._a.jpg', 'Thumbs.db', 'desktop.ini', '.DS_Store'];
  await writeInto(folder, Object.fromEntries([...images, ...debris, 'notes.md'].map((name) => [name, ''])));
  for (const name of ['folder.png', '@eaDir', '__MACOSX', '.ipynb_checkpoints']) {
    await mkdir(join(folder, name));
    await writeInto(join(folder, name), { 'x.png': '' });
  }
  const { shots, ignored } = await readDatasetFolder(folder);
  expect(shots.map(({ name }) => name).sort()).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j']);
  expect(shots.find(({ name }) => name === 'a')).toEqual({ name: 'a', file: join(folder, 'a.jpg') });
  expect(ignored).toEqual([
    { file: join(folder, 'notes.md'), reason: 'neither an image nor a caption' },
    { file: join(folder, 'folder.png'), reason: 'a subfolder with 1 image; name it N_WORDS to use it' },
  ]);
});

test("kohya's folders belong to it, with their repeats and words; other subfolders are named", async () => {
  for (const name of ['10_sks girl', '2_mina_dress', 'more', 'empty']) await mkdir(join(folder, name));
  await writeInto(join(folder, '10_sks girl'), { 'hero.png': '', 'hero.txt': 'sks girl, running', 'x.zip': '' });
  await writeInto(join(folder, '2_mina_dress'), { 'a.png': '' });
  await writeInto(join(folder, 'more'), { 'b.png': '', 'c.png': '' });
  const { shots, ignored } = await readDatasetFolder(folder);
  expect(shots).toMatchObject([
    { file: join(folder, '10_sks girl', 'hero.png'), caption: 'sks girl, running', repeats: 10, words: 'sks girl' },
    { file: join(folder, '2_mina_dress', 'a.png'), repeats: 2, words: 'mina dress' },
  ]);
  expect(ignored).toEqual([
    { file: join(folder, '10_sks girl', 'x.zip'), reason: 'neither an image nor a caption' },
    { file: join(folder, 'more'), reason: 'a subfolder with 2 images; name it N_WORDS to use it' },
  ]);
});

describe('captions are found', () => {
  const captionOf = async (files: Record<string, string | Uint8Array>): Promise<string | undefined> => {
    await writeInto(folder, files);
    const { shots } = await readDatasetFolder(folder);
    return shots[0]?.caption;
  };
  // Precomposed, as on Windows and Linux, and decomposed, as on macOS.
  const [composed, decomposed] = ['é'.normalize('NFC'), 'é'.normalize('NFD')];

  test.each([
    ['.TXT', 'IMG.PNG', 'IMG.TXT'],
    ['another case', 'IMG.PNG', 'img.txt'],
    ['.caption', 'hero.png', 'hero.caption'],
    ['.Caption', 'hero.png', 'HERO.Caption'],
    ['another Unicode form of the image', `${decomposed}.png`, `${composed}.txt`],
    ['another Unicode form of the caption', `${composed}.png`, `${decomposed}.txt`],
  ])('%s', async (_, image, caption) => {
    expect(await captionOf({ [image]: '', [caption]: 'sks girl' })).toBe('sks girl');
  });

  test('.txt before .caption, which is named', async () => {
    expect(await captionOf({ 'a.png': '', 'a.txt': 'one', 'a.caption': 'other' })).toBe('one');
    const { ignored } = await readDatasetFolder(folder);
    expect(ignored).toEqual([{ file: join(folder, 'a.caption'), reason: 'a.txt is used instead' }]);
  });

  test('in UTF-16, and in an older encoding', async () => {
    const utf16 = Buffer.from('\uFEFFsks girl, red dress', 'utf16le');
    expect(await captionOf({ 'a.png': '', 'a.txt': utf16 })).toBe('sks girl, red dress');
    expect(await captionOf({ 'a.png': '', 'a.txt': Buffer.from('8fce8ae782cc8fad8f97', 'hex') })).toBe('笑顔の少女');
    expect((await readDatasetFolder(folder)).shots[0]?.captionFile?.encoding).toBe('shift_jis');
  });

  test('of several lines the first, unless a line ends in a comma', async () => {
    expect(await captionOf({ 'a.png': '', 'a.txt': '\nsks girl, tags\na girl called sks\n' })).toBe('sks girl, tags');
    expect((await readDatasetFolder(folder)).shots[0]?.captionFile?.unusedLines).toBe(1);
    expect(await captionOf({ 'a.png': '', 'a.txt': 'sks girl,\r\nred dress,\r\nsmiling' })).toBe(
      'sks girl, red dress, smiling',
    );
  });

  test('bytes that are no text are no caption', async () => {
    expect(await captionOf({ 'a.png': '', 'a.txt': Uint8Array.of(0x89, 0x50, 0, 0, 0, 1, 2) })).toBeUndefined();
    expect((await readDatasetFolder(folder)).shots[0]?.captionFile).toMatchObject({ encoding: undefined });
  });
});

test('what describes no image is named', async () => {
  const captures = { captures: [{ file: 'A.PNG', pose: 'walk' }, { file: 'gone.png' }] };
  const bom = `\uFEFF${JSON.stringify(captures)}`;
  await writeInto(folder, { 'a.png': '', 'b.txt': '', 'c.shot.json': '{}', 'captures.json': bom });
  const { shots, ignored } = await readDatasetFolder(folder);
  expect(shots).toEqual([{ file: join(folder, 'a.png'), name: 'a', pose: 'walk' }]);
  expect(ignored).toEqual([
    { file: join(folder, 'gone.png'), reason: 'captures.json describes it, but there is no such image' },
    { file: join(folder, 'b.txt'), reason: 'no image has this name' },
    { file: join(folder, 'c.shot.json'), reason: 'no image has this name' },
  ]);
});

test('captures.json gives pose, angle, framing and head of each capture', async () => {
  const shots = (await readDatasetFolder(godette)).shots;
  expect(shots).toHaveLength(15);
  expect(shots.find(({ name }) => name === 'wave_full_yaw-40')).toEqual({
    name: 'wave_full_yaw-40',
    file: join(godette, 'wave_full_yaw-40.png'),
    pose: 'wave',
    framing: 'full',
    yaw: -40,
    regions: { head: { x: 274, y: 56, width: 292, height: 369 } },
  });
});

test('a sidecar and a caption are stronger than captures.json', async () => {
  const captures = { captures: [{ file: 'a.png', pose: 'walk', yaw: 10, note: 'unknown fields are no harm here' }] };
  await writeInto(folder, {
    'a.png': '',
    'captures.json': JSON.stringify(captures),
    'a.shot.json': JSON.stringify({ pose: 'run', expression: 'smiling', caption: 'from the sidecar' }),
    'a.txt': '\uFEFF a girl,\r\nrunning \n',
  });
  const facts = { pose: 'run', yaw: 10, expression: 'smiling', caption: 'a girl, running' };
  expect((await readDatasetFolder(folder)).shots).toMatchObject([{ name: 'a', file: join(folder, 'a.png'), ...facts }]);
});

test('a blank caption file is no caption', async () => {
  await writeInto(folder, { 'a.png': '', 'a.txt': '\n' });
  expect((await readDatasetFolder(folder)).shots[0]).not.toHaveProperty('caption');
});

test.each(['{"pose": "walk"', '{"posture": "walk"}'])(
  'the sidecar %s is an error that names the file',
  async (text) => {
    await writeInto(folder, { 'a.png': '', 'a.shot.json': text });
    const file = join(folder, 'a.shot.json');
    await expect(readDatasetFolder(folder)).rejects.toMatchObject({ code: 'input.dataset.sidecar', file });
  },
);

test('a folder that does not exist is named', async () => {
  const missing = join(folder, 'missing');
  await expect(readDatasetFolder(missing)).rejects.toMatchObject({ code: 'input.file.missing', file: missing });
});
