/** @file Relative differences of computed and expected values. */

/** The largest difference, relative to the largest expected value; NaN when anything is not a number. */
export function relativeDifference(actual: Float32Array, expected: Float32Array): number {
  if (actual.length !== expected.length) return Number.NaN;
  const differences = actual.map((value, index) => Math.abs(value - (expected[index] ?? Number.NaN)));
  return Math.max(...differences) / Math.max(...expected.map(Math.abs));
}

const norm = (numbers: Float32Array): number => Math.sqrt(numbers.reduce((sum, number) => sum + number * number, 0));

/** The norm of the difference, relative to the norm of the expected values; NaN when anything is not a number. */
export function relativeNorm(actual: Float32Array, expected: Float32Array): number {
  if (actual.length !== expected.length) return Number.NaN;
  const difference = expected.map((value, index) => (actual[index] ?? Number.NaN) - value);
  return norm(difference) / norm(expected);
}
