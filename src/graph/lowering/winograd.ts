/**
 * @file 3 × 3 convolutions by Winograd's minimal filtering: 2.25 (m = 2) or 4 times (m = 4) fewer multiplications, in one matrix product
 * for each of the (m + 2)² frequencies. Lavin and Gray, 2015, arXiv 1509.09308.
 */
import type { Graph, Value } from '../ir/graph.js';
import { sizeAt } from '../ir/shape.js';
import { controlDependency } from '../ops/control-dependency.js';
import { conv2d } from '../ops/convolution.js';
import { concat, lateReshape, reshape, split } from '../ops/layout.js';
import { gemm, matmul } from '../ops/matmul.js';
import { depthToSpace } from '../ops/pooling.js';
import { type Point, squared, type ToomCook, toomCook } from './toom-cook.js';

/** Edge m of the tiles of outputs. */
export type TileSize = 2 | 4;

/** With these points results differ from direct convolution by 7e-7 and 5e-6 of the largest; (0, ±1, ±2, ∞) gives 1.3e-5. */
const points: Readonly<Record<TileSize, readonly Point[]>> = {
  2: [
    [0, 1],
    [1, 1],
    [-1, 1],
    [1, 0],
  ],
  4: [
    [0, 1],
    [1, 1],
    [-1, 1],
    [2, 1],
    [-1, 2],
    [1, 0],
  ],
};

const taps = 3;

const forward = (tile: TileSize): ToomCook => toomCook(points[tile], tile, taps);

/** For the gradient of the input, whose filter is rotated by 180°: at a point's reciprocal it has the value of the filter itself. */
const backward = (tile: TileSize): ToomCook =>
  toomCook(
    points[tile].map(([p, q]): Point => [q, p]),
    tile,
    taps,
  );

/** The filters' frequencies [(m + 2)², K, C] of a weight [K, C, 3, 3], computed once `x` is available. */
export function filterFrequencies(weight: Value, tile: TileSize, x: Value): Value {
  const [filters, channels] = [sizeAt(weight.shape, 0), sizeAt(weight.shape, 1)];
  const count = (tile + 2) ** 2;
  // Otherwise the runtime would compute the frequencies of all weights early, and hold them until the backward pass.
  const matrix = lateReshape(controlDependency(weight.graph.constant(squared(forward(tile).filter)), x), [
    count,
    taps ** 2,
  ]);
  const product = gemm(matrix, reshape(weight, [filters * channels, taps ** 2]), undefined, { transB: true });
  return reshape(product, [count, filters, channels]);
}

function constants(graph: Graph, { inputs, outputs }: ToomCook, tile: TileSize) {
  const size = tile + 2;
  return {
    inputs: graph.constant(squared(inputs), [size ** 2, 1, size, size]),
    outputs: graph.constant(squared(outputs), [tile ** 2, size ** 2]),
  };
}

/** [1, C, H, W] → [1, K, H, W], zero-padded. */
function ofSample(x: Value, frequencies: Value, transposed: boolean, tile: TileSize): Value {
  const [channels, height, width] = [sizeAt(x.shape, 1), sizeAt(x.shape, 2), sizeAt(x.shape, 3)];
  const count = (tile + 2) ** 2;
  const tiles = (height * width) / tile ** 2;
  const matrices = constants(x.graph, transposed ? backward(tile) : forward(tile), tile);
  // The transform is a convolution of every channel with one filter per frequency: [C, frequencies, tiles].
  const spectrum = conv2d(reshape(x, [channels, 1, height, width]), matrices.inputs, undefined, {
    stride: tile,
    padding: 1,
  });
  const product = matmul(frequencies, reshape(spectrum, [channels, count, tiles]), {
    transA: transposed,
    transBatchB: true,
  });
  const filters = sizeAt(product.shape, 1);
  const rows = gemm(matrices.outputs, reshape(product, [count, filters * tiles]));
  return depthToSpace(reshape(rows, [1, tile ** 2 * filters, height / tile, width / tile]), tile);
}

/**
 * The convolution of x [N, C, H, W] with 3 × 3 filters and padding 1, or (`transposed`) the gradient of its input. H and W are multiples of
 * the tile's edge.
 * @param frequencies of the filters, from `filterFrequencies`
 */
export function winograd(x: Value, frequencies: Value, transposed: boolean, tile: TileSize): Value {
  const batch = sizeAt(x.shape, 0);
  const samples = batch === 1 ? [x] : split(x, new Array<number>(batch).fill(1), 0);
  return concat(
    samples.map((sample) => ofSample(sample, frequencies, transposed, tile)),
    0,
  );
}
