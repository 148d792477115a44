/** @file Merges the overlapping boxes of two networks to one box per face. */
import type { Box } from './blazeface.js';
import { overlap, type Rectangle } from './rectangle.js';

/** Intersection over union from which two boxes count as the same face. */
const sameFace = 0.3;

/**
 * Boxes that overlap the best one are averaged, weighted by score (blending as in the BlazeFace paper, section 3.4). The two
 * networks count as independent: the fused score is 1 − (1 − front) · (1 − back).
 * @returns best first
 */
export function fuseBoxes(front: readonly Box[], back: readonly Box[]): Box[] {
  const all = [...front.map((box) => ({ ...box, network: 0 })), ...back.map((box) => ({ ...box, network: 1 }))].sort(
    (a, b) => b.score - a.score,
  );
  const faces: Box[] = [];
  while (all.length > 0) {
    const best = all[0];
    if (best === undefined) break;
    const group = all.filter((box) => overlap(box.rectangle, best.rectangle) >= sameFace);
    const doubt = [0, 1].reduce(
      (product, network) =>
        product * (1 - Math.max(0, ...group.filter((box) => box.network === network).map((box) => box.score))),
      1,
    );
    faces.push({ rectangle: blend(group), score: 1 - doubt });
    all.splice(0, all.length, ...all.filter((box) => !group.includes(box)));
  }
  return faces.sort((a, b) => b.score - a.score);
}

function blend(group: readonly Box[]): Rectangle {
  const total = group.reduce((sum, { score }) => sum + score, 0);
  const mean = (side: keyof Rectangle): number =>
    group.reduce((sum, { rectangle, score }) => sum + rectangle[side] * score, 0) / total;
  return { x: mean('x'), y: mean('y'), width: mean('width'), height: mean('height') };
}
