/** @file Which squares are cut from which pictures. */
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { type CutQuery, planCuts } from '../../src/dataset/framings.js';
import { decodePicture } from '../../src/dataset/picture.js';
import { silhouetteOf } from '../../src/faces/silhouette.js';

const shot = { file: 'shot.png', name: 'shot' };
const head = { x: 170, y: 40, width: 60, height: 80, source: 'region', confidence: 1 } as const;

/** A figure 100 wide, with a given top and bottom, in the middle of 400 × 600 pixels. */
async function figure(top: number, bottom: number): Promise<CutQuery> {
  const body = { create: { width: 100, height: bottom - top, channels: 4, background: '#336699' } } as const;
  const bytes = await sharp({ create: { width: 400, height: 600, channels: 4, background: '#00000000' } })
    .composite([{ input: await sharp(body).png().toBuffer(), left: 150, top }])
    .png()
    .toBuffer();
  const picture = await decodePicture(bytes, shot.file);
  return { shot, width: 400, height: 600, silhouette: silhouetteOf(picture), face: head };
}

const named = (query: CutQuery) => planCuts(query).map(({ framing }) => framing);

describe('a transparent picture', () => {
  test('the whole figure with a margin, the upper body down to the waist, the head', async () => {
    const [full, upper, face, ...others] = planCuts(await figure(40, 540));
    expect(others).toEqual([]);
    // 500 high, 5 % of it around
    expect(full).toEqual({
      framing: 'full',
      area: { x: -75, y: 15, width: 550, height: 550 },
      derived: false,
      known: true,
    });
    // chin at 120, waist at 120 + 0.35 · 420 = 267
    expect(upper).toMatchObject({ framing: 'upper', derived: true, known: true });
    expect((upper?.area.y ?? 0) + (upper?.area.height ?? 0)).toBe(267);
    expect(upper?.area.y).toBeLessThan(40);
    expect(face).toMatchObject({ framing: 'face', area: { x: 156, y: 36, width: 88, height: 88 } });
  });

  test('a figure cut off below stays at the lower edge, and may not be a full body', async () => {
    const [whole] = planCuts(await figure(40, 600));
    expect(whole).toMatchObject({ framing: 'full', known: false });
    expect((whole?.area.y ?? 0) + (whole?.area.height ?? 0)).toBe(600);
  });

  test('what the editor calls an upper body is never called a full one', async () => {
    const query = await figure(40, 600);
    const cuts = planCuts({ ...query, shot: { ...shot, framing: 'upper' } });
    expect(cuts.map(({ framing, known }) => [framing, known])).toEqual([
      ['upper', true],
      ['face', true],
    ]);
    expect(named({ ...query, shot: { ...shot, framing: 'face' } })).toEqual(['face']);
  });

  test('a head that fills the picture is a face', async () => {
    const face = { ...head, x: 100, y: 100, width: 300, height: 400 };
    expect(named({ ...(await figure(40, 600)), face })).toEqual(['face']);
  });

  test('hands where the editor sent rectangles that lie in the picture', async () => {
    const leftHand = { x: 240, y: 300, width: 20, height: 30 };
    const regions = { leftHand, rightHand: { ...leftHand, x: 4000 }, handbag: leftHand };
    const cuts = planCuts({ ...(await figure(40, 540)), shot: { ...shot, regions } });
    expect(cuts.filter(({ framing }) => framing === 'hand').map(({ area }) => area)).toEqual([
      { x: 231, y: 296, width: 39, height: 39 },
    ]);
  });

  test('without a face there is only the whole', async () => {
    expect(named({ ...(await figure(40, 540)), face: undefined })).toEqual(['full']);
  });
});

describe('an opaque picture', () => {
  const opaque: CutQuery = { shot, width: 400, height: 600, silhouette: undefined, face: undefined };

  test('loses its ends, and is not called a full body', () => {
    expect(planCuts(opaque)).toEqual([
      { framing: 'full', area: { x: 0, y: 100, width: 400, height: 400 }, derived: false, known: false },
    ]);
  });

  test('keeps the head, and every crop lies inside', () => {
    const cuts = planCuts({ ...opaque, face: { ...head, source: 'detector', height: 60 } });
    expect(cuts.map(({ framing }) => framing)).toEqual(['full', 'upper', 'face']);
    // box 60 at (170, 40): the head is 132 around (200, 46)
    expect(cuts[0]?.area).toEqual({ x: 0, y: 0, width: 400, height: 400 });
    expect(cuts[2]?.area).toEqual({ x: 134, y: 0, width: 132, height: 132 });
    for (const { area } of cuts) {
      expect(Math.min(area.x, area.y)).toBeGreaterThanOrEqual(0);
      expect(area.x + area.width).toBeLessThanOrEqual(400);
    }
  });
});
