/** @file The nearest matrix of low rank, by singular value decomposition, as the two factors of a LoRA. */
import { Matrix, QrDecomposition, SingularValueDecomposition } from 'ml-matrix';
import { compile, Graph, matmul } from '../../graph/index.js';
import { TorchCpuGenerator } from '../random/torch-cpu-generator.js';

/** up [rows, rank] · down [rank, columns], row-major. */
export interface Factors {
  readonly rank: number;
  readonly up: Float32Array;
  readonly down: Float32Array;
}

interface Size {
  readonly rows: number;
  readonly columns: number;
}

/** The thin QR decomposition; where the matrix has fewer rows than columns, the identity and the matrix itself. */
function thinQr(matrix: Matrix): { readonly q: Matrix; readonly r: Matrix } {
  if (matrix.rows < matrix.columns) return { q: Matrix.eye(matrix.rows), r: matrix };
  const { orthogonalMatrix: q, upperTriangularMatrix: r } = new QrDecomposition(matrix);
  return { q, r };
}

function matrixOf({ rows, columns }: Size, data: Float32Array): Matrix {
  const matrix = Matrix.zeros(rows, columns);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) matrix.set(row, column, data[row * columns + column] ?? 0);
  return matrix;
}

/** Factors of left · core · rightᵀ, each with the square roots of the largest singular values. */
function truncated(left: Matrix, core: Matrix, right: Matrix, rank: number): Factors {
  const svd = new SingularValueDecomposition(core, { autoTranspose: true });
  const kept = Math.min(rank, svd.diagonal.length);
  const roots = svd.diagonal.slice(0, kept).map(Math.sqrt);
  const first = (matrix: Matrix): Matrix => matrix.subMatrix(0, matrix.rows - 1, 0, kept - 1).mulRowVector(roots);
  const up = left.mmul(first(svd.leftSingularVectors));
  const down = right.mmul(first(svd.rightSingularVectors)).transpose();
  return { rank: kept, up: Float32Array.from(up.to1DArray()), down: Float32Array.from(down.to1DArray()) };
}

/**
 * The nearest product of lower rank (Eckart and Young, 1936), from the QR decompositions of both factors, without computing the product. The
 * rank is at most the number of singular values.
 */
export function reduceRank({ rank, up, down }: Factors, target: number): Factors {
  const left = thinQr(matrixOf({ rows: up.length / rank, columns: rank }, up));
  const right = thinQr(matrixOf({ rows: rank, columns: down.length / rank }, down).transpose());
  return truncated(left.q, left.r.mmul(right.r.transpose()), right.q, target);
}

/** Additional columns, and how often the matrix is applied to them: Halko, Martinsson and Tropp (2011), section 4. */
const oversampling = 10;
const powerIterations = 3;

/** Approximates matrices; a graph for each size is compiled once. */
export class Approximation {
  readonly #multipliers = new Map<string, ReturnType<typeof multiplier>>();

  /**
   * An approximation of the given rank, by the randomised method of Halko, Martinsson and Tropp, "Finding structure with randomness", 2011,
   * algorithm 4.4. Its error is within a few percent of the optimum, and it is deterministic.
   */
  async approximate(data: Float32Array, size: Size, target: number): Promise<Factors> {
    const { rows, columns } = size;
    const width = Math.min(target + oversampling, rows, columns);
    const generator = new TorchCpuGenerator(0);
    const key = `${rows} ${columns} ${width}`;
    const multiply = await (this.#multipliers.get(key) ?? this.#add(key, multiplier(size, width)));
    const times = async (matrix: Matrix, transposed: boolean): Promise<Matrix> => {
      const result = await multiply.run(data, Float32Array.from(matrix.to1DArray()), transposed);
      return matrixOf({ rows: transposed ? columns : rows, columns: width }, result);
    };
    let basis = await times(matrixOf({ rows: columns, columns: width }, generator.normal(columns * width)), false);
    for (let iteration = 0; iteration < powerIterations; iteration++) {
      const across = thinQr(await times(thinQr(basis).q, true)).q;
      basis = await times(across, false);
    }
    const { q } = thinQr(basis);
    // qᵀ · matrix, transposed: columns × width.
    const right = thinQr(await times(q, true));
    return truncated(q, right.r.transpose(), right.q, target);
  }

  async release(): Promise<void> {
    for (const made of this.#multipliers.values()) await (await made).release();
    this.#multipliers.clear();
  }

  #add(key: string, made: ReturnType<typeof multiplier>): ReturnType<typeof multiplier> {
    this.#multipliers.set(key, made);
    return made;
  }
}

async function multiplier({ rows, columns }: Size, width: number) {
  const make = async (transposed: boolean) => {
    const graph = new Graph();
    const matrix = graph.input('matrix', [rows, columns]);
    const other = graph.input('other', [transposed ? rows : columns, width]);
    graph.output('product', matmul(matrix, other, { transA: transposed }));
    return await compile(graph);
  };
  const [plain, transposing] = [await make(false), await make(true)];
  return {
    async run(matrix: Float32Array, other: Float32Array, transposed: boolean): Promise<Float32Array> {
      const { product } = await (transposed ? transposing : plain).run({ matrix, other });
      return product ?? new Float32Array();
    },
    async release(): Promise<void> {
      await plain.release();
      await transposing.release();
    },
  };
}
