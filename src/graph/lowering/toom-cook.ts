/**
 * @file The matrices of Winograd's minimal filtering, by the Toom–Cook method: Lavin and Gray, "Fast Algorithms for Convolutional
 * Neural Networks" (2015, arXiv 1509.09308); Barabasz et al., "Error Analysis and Improving the Accuracy of Winograd
 * Convolution for Deep Neural Networks" (2018, arXiv 1803.10986).
 *
 * m neighbouring outputs of a correlation of d [m + r − 1] with g [r] are Aᵀ·((G·g) ∘ (Bᵀ·d)).
 */

/** An interpolation point p/q; [1, 0] is infinity. */
export type Point = readonly [p: number, q: number];

type Matrix = readonly (readonly number[])[];

export interface ToomCook {
  /** [m, m + r − 1]. */
  readonly outputs: Matrix;
  /** [m + r − 1, r]. */
  readonly filter: Matrix;
  /** [m + r − 1, m + r − 1]. */
  readonly inputs: Matrix;
}

/** The r powers p^k · q^(r−1−k), k rising: a polynomial of degree r − 1 is evaluated at a point as their dot product with its coefficients. */
const powers = ([p, q]: Point, count: number): number[] =>
  Array.from({ length: count }, (_, k) => p ** k * q ** (count - 1 - k));

/** Coefficients, constant first, of the product of (q·x − p) over the points. */
function productOf(points: readonly Point[]): number[] {
  let product = [1];
  for (const [p, q] of points) {
    const raised = [0].concat(product);
    product = raised.map((coefficient, k) => coefficient * q - p * (product[k] ?? 0));
  }
  return product;
}

/** @param points m + r − 1 distinct ones, for `size` = m outputs of a filter of `taps` = r coefficients */
export function toomCook(points: readonly Point[], size: number, taps: number): ToomCook {
  const evaluations = points.map((point) => powers(point, size));
  return {
    outputs: Array.from({ length: size }, (_, row) => evaluations.map((values) => values[row] ?? 0)),
    filter: points.map((point, i) => {
      const others = points.filter((_, j) => j !== i);
      const scale = others.reduce((product, [p, q]) => product * (point[0] * q - p * point[1]), 1);
      return powers(point, taps).map((value) => value / scale);
    }),
    inputs: points.map((_, i) => productOf(points.filter((_other, j) => j !== i))),
  };
}

/** The Kronecker product of a matrix with itself, row-major: applies the matrix to both axes of a plane. */
export function squared(matrix: Matrix): Float32Array {
  return Float32Array.from(
    matrix.flatMap((a) => matrix.flatMap((b) => a.flatMap((left) => b.map((right) => left * right)))),
  );
}
