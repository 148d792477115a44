/** @file Faces are found where the editor's rectangles are, without using these. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { beforeAll, describe, expect, test } from 'vitest';
import { readDatasetFolder } from '../../src/dataset/folder.js';
import { decodePicture, type Picture } from '../../src/dataset/picture.js';
import type { Regions, Shot } from '../../src/dataset/shot.js';
import { findFace, headSquare } from '../../src/faces/find-face.js';
import { guessHead } from '../../src/faces/head-guess.js';
import { centreOf, contains, overlap } from '../../src/faces/rectangle.js';
import { silhouetteOf } from '../../src/faces/silhouette.js';

const godette = fileURLToPath(new URL('../characters/godette/', import.meta.url));

describe('Godette, 15 captures', () => {
  let captures: { shot: Shot; head: NonNullable<Regions[string]>; picture: Picture }[];
  beforeAll(async () => {
    captures = [];
    for (const shot of (await readDatasetFolder(godette)).shots) {
      const head = shot.regions?.head;
      if (head === undefined) throw new Error(`${shot.file} has no head rectangle.`);
      captures.push({ shot, head, picture: await decodePicture(await readFile(shot.file), shot.file) });
    }
  });

  test('the detector finds every face within the head that the editor projected', async () => {
    expect(captures).toHaveLength(15);
    for (const { shot, head, picture } of captures) {
      const face = await findFace({ picture, silhouette: silhouetteOf(picture), fromBehind: false });
      expect(face?.source, shot.name).toBe('detector');
      if (face === undefined) continue;
      expect(face.confidence, shot.name).toBeGreaterThan(0.8);
      expect(contains(head, centreOf(face)), shot.name).toBe(true);
      expect(overlap(headSquare(face), head), shot.name).toBeGreaterThan(0.5);
    }
  });

  test('the silhouette alone gives a head whose centre is within the true one', () => {
    for (const { shot, head, picture } of captures) {
      const silhouette = silhouetteOf(picture);
      if (silhouette === undefined) throw new Error('no silhouette');
      const guess = guessHead(silhouette);
      expect(contains(head, centreOf(guess.rectangle)), shot.name).toBe(true);
    }
  });

  test("the editor's rectangle takes precedence over the detector", async () => {
    const { picture } = captures[0] ?? { picture: undefined };
    if (picture === undefined) throw new Error('no picture');
    const head = { x: 10, y: 20, width: 30, height: 40 };
    const query = { picture, silhouette: silhouetteOf(picture), fromBehind: false };
    expect(await findFace({ ...query, head })).toEqual({ ...head, source: 'region', confidence: 1 });
    expect(await findFace({ ...query, head: { ...head, confidence: 0.7 } })).toMatchObject({ confidence: 0.7 });
    expect(await findFace({ ...query, head: { ...head, x: 5000 } })).toMatchObject({ source: 'detector' });
  });

  test('with the camera behind the character no detector runs', async () => {
    const { picture } = captures[0] ?? { picture: undefined };
    if (picture === undefined) throw new Error('no picture');
    const face = await findFace({ picture, silhouette: silhouetteOf(picture), fromBehind: true });
    expect(face).toMatchObject({ source: 'silhouette', confidence: 0.4 });
  });

  test('a face in the lower part of the silhouette is ignored', async () => {
    // A tall post stands on the character: the true face is now at 90 % of the height.
    const { shot } = captures[0] ?? { shot: undefined };
    if (shot === undefined) throw new Error('no shot');
    const upper = await sharp(shot.file).extract({ left: 0, top: 0, width: 768, height: 420 }).toBuffer();
    const post = { create: { width: 200, height: 700, channels: 4, background: '#446688' } } as const;
    const bytes = await sharp({ create: { width: 768, height: 1120, channels: 4, background: '#00000000' } })
      .composite([
        { input: await sharp(post).png().toBuffer(), left: 284, top: 0 },
        { input: upper, left: 0, top: 700 },
      ])
      .png()
      .toBuffer();
    const picture = await decodePicture(bytes, 'post.png');
    const opaque = await findFace({ picture, silhouette: undefined, fromBehind: false });
    expect(opaque?.source).toBe('detector');
    const face = await findFace({ picture, silhouette: silhouetteOf(picture), fromBehind: false });
    expect(face?.source).toBe('silhouette');
  });
});

test('an opaque image without a face has none', async () => {
  const bytes = await sharp({ create: { width: 300, height: 200, channels: 3, background: '#88aacc' } })
    .png()
    .toBuffer();
  const picture = await decodePicture(bytes, 'plain.png');
  expect(await findFace({ picture, silhouette: undefined, fromBehind: false })).toBeUndefined();
});
