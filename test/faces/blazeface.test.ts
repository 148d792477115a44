/** @file Decoding of the networks' outputs, and fusion of the two networks. */
import { describe, expect, test } from 'vitest';
import { decodeBoxes } from '../../src/faces/blazeface.js';
import { fuseBoxes } from '../../src/faces/fusion.js';

describe('decodeBoxes', () => {
  test('an anchor counts cells row by row; offsets are pixels from the centre of its cell', () => {
    const [cells, anchors, size] = [8, 6, 128];
    const scores = new Float32Array(cells * cells * anchors).fill(-10);
    const boxes = new Float32Array(scores.length * 16);
    const anchor = (3 * cells + 5) * anchors + 4; // row 3, column 5
    scores[anchor] = Math.log(3); // sigmoid: 0.75
    boxes.set([8, -16, 32, 64], anchor * 16);
    const [box, ...others] = decodeBoxes(scores, boxes, { cells, anchors, size });
    expect(others).toEqual([]);
    expect(box?.score).toBeCloseTo(0.75, 6);
    // centre (5.5/8 + 8/128, 3.5/8 − 16/128), size (32/128, 64/128)
    expect(box?.rectangle).toEqual({ x: 0.75 - 0.125, y: 0.3125 - 0.25, width: 0.25, height: 0.5 });
  });
});

describe('fuseBoxes', () => {
  const at = (x: number, score: number) => ({ rectangle: { x, y: 0, width: 1, height: 1 }, score });

  test('agreeing networks are more certain than either, and their boxes are averaged by score', () => {
    const [face, ...others] = fuseBoxes([at(0, 0.6)], [at(0.3, 0.3)]);
    expect(others).toEqual([]);
    expect(face?.score).toBeCloseTo(1 - 0.4 * 0.7, 6);
    expect(face?.rectangle.x).toBeCloseTo((0.3 * 0.3) / 0.9, 6);
  });

  test('many boxes of one network around one face count once', () => {
    expect(fuseBoxes([at(0, 0.5), at(0.1, 0.5), at(0.05, 0.5)], [])[0]?.score).toBeCloseTo(0.5, 6);
  });

  test('separate faces stay separate, the best first', () => {
    expect(fuseBoxes([at(0, 0.4)], [at(5, 0.9)]).map(({ rectangle }) => rectangle.x)).toEqual([5, 0]);
  });
});
