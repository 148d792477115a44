/** @file How far numbers are from those expected. */

/** Largest difference, relative to the largest number expected; infinite where numbers are missing or none. */
export function relativeError(found: ArrayLike<number>, expected: ArrayLike<number>): number {
  let [scale, worst] = [0, 0];
  for (let index = 0; index < expected.length; index++) {
    scale = Math.max(scale, Math.abs(expected[index] ?? 0));
    worst = Math.max(worst, Math.abs((found[index] ?? Number.NaN) - (expected[index] ?? Number.NaN)));
  }
  return found.length === expected.length && scale > 0 && !Number.isNaN(worst)
    ? worst / scale
    : Number.POSITIVE_INFINITY;
}
