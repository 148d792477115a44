/** @file The nearest matrices of low rank are those of numpy's singular value decomposition. */
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { Approximation, type Factors, reduceRank } from '../../../src/diffusion/lora/low-rank.js';
import { openSafetensors } from '../../../src/safetensors/header.js';
import { readTensor } from '../../../src/safetensors/read.js';

const file = openSafetensors(fileURLToPath(new URL('../../goldens/low-rank/low-rank.safetensors', import.meta.url)));
const approximation = new Approximation();
afterAll(() => approximation.release());

function product({ rank, up, down }: Factors): Float32Array {
  const columns = down.length / rank;
  return Float32Array.from({ length: (up.length / rank) * columns }, (_, index) => {
    let sum = 0;
    for (let r = 0; r < rank; r++)
      sum += (up[Math.floor(index / columns) * rank + r] ?? 0) * (down[r * columns + (index % columns)] ?? 0);
    return sum;
  });
}

const norm = (values: Float32Array): number => Math.hypot(...values);
const minus = (one: Float32Array, other: Float32Array) => one.map((value, index) => value - (other[index] ?? 0));

it.each([
  ['tall', 6, 3],
  ['wide', 5, 2],
  ['small', 6, 3],
])('of a product: %s', (name, rank, wanted) => {
  const [up, down] = [readTensor(file, `${name}.up`), readTensor(file, `${name}.down`)];
  const expected = readTensor(file, `${name}.nearest`);
  const reduced = reduceRank({ rank, up, down }, wanted);
  expect(reduced.rank).toBe(wanted);
  expect(norm(minus(product(reduced), expected)) / norm(expected)).toBeLessThan(1e-6);
});

it('returns no more ranks than there are singular values', () => {
  const [up, down] = [readTensor(file, 'small.up'), readTensor(file, 'small.down')];
  const reduced = reduceRank({ rank: 6, up, down }, 6);
  expect(reduced.rank).toBe(4);
  const whole = product({ rank: 6, up, down });
  expect(norm(minus(product(reduced), whole)) / norm(whole)).toBeLessThan(1e-6);
});

it.each([
  ['flat', 60, 90, 8],
  ['high', 90, 40, 6],
])('of a whole matrix, with hardly more than the minimum error: %s', async (name, rows, columns, rank) => {
  const matrix = readTensor(file, `${name}.matrix`);
  const least = norm(minus(matrix, readTensor(file, `${name}.nearest`)));
  const factors = await approximation.approximate(matrix, { rows, columns }, rank);
  expect(factors.rank).toBe(rank);
  expect(norm(minus(matrix, product(factors))) / least).toBeLessThan(1.001);
  expect(least / norm(matrix)).toBeGreaterThan(0.1);
});
