/** @file Facts gathered from a folder of images and the files next to them. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { shotsOfFolder } from '../../src/dataset/folder.js';
import { godette, writeInto } from './sample-pictures.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lora-bridge-folder-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('pictures by name; everything else is ignored', async () => {
  const names = ['b.PNG', 'a.jpg', 'c.jpeg', 'd.webp', 'e.gif', 'a.png.meta', 'notes.md', '.hidden.png', '._a.jpg'];
  await writeInto(folder, Object.fromEntries(names.map((name) => [name, ''])));
  await mkdir(join(folder, 'folder.png'));
  const shots = await shotsOfFolder(folder);
  expect(shots.map(({ name }) => name)).toEqual(['a', 'b', 'c', 'd', 'e']);
  expect(shots[0]).toEqual({ name: 'a', file: join(folder, 'a.jpg') });
});

test('captures.json gives pose, angle, framing and head of each capture', async () => {
  const shots = await shotsOfFolder(godette);
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
  expect(await shotsOfFolder(folder)).toEqual([{ name: 'a', file: join(folder, 'a.png'), ...facts }]);
});

test('a blank caption file is no caption', async () => {
  await writeInto(folder, { 'a.png': '', 'a.txt': '\n' });
  expect((await shotsOfFolder(folder))[0]).not.toHaveProperty('caption');
});

test.each(['{"pose": "walk"', '{"posture": "walk"}'])(
  'the sidecar %s is an error that names the file',
  async (text) => {
    await writeInto(folder, { 'a.png': '', 'a.shot.json': text });
    const file = join(folder, 'a.shot.json');
    await expect(shotsOfFolder(folder)).rejects.toMatchObject({ code: 'input.dataset.sidecar', file });
  },
);

test('a folder that does not exist is named', async () => {
  const missing = join(folder, 'missing');
  await expect(shotsOfFolder(missing)).rejects.toMatchObject({ code: 'input.file.missing', file: missing });
});
