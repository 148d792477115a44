/** @file The difference of two models as a LoRA: what fine-tuning changed, as far as a low rank can represent it. */
import { LoraBridgeError } from '../../errors/lora-bridge-error.js';
import type { BaseModel } from '../model/base-model.js';
import { type NetworkWeights, openWeights, readWeight, type WeightView } from '../weights/network-weights.js';
import type { LoraModule } from './lora-file.js';
import type { LoraComponent } from './lora-keys.js';
import { computedModule } from './lora-sum.js';
import { Approximation } from './low-rank.js';

export interface Extracted {
  readonly modules: readonly LoraModule[];
  /** Tensors that differ but that a LoRA cannot represent: norms, biases, embeddings. */
  readonly skipped: readonly string[];
  /** Relative error of the LoRA over the layers taken, in the Frobenius norm, from 0 to 1. */
  readonly error: number;
}

export interface ExtractOptions {
  readonly rank: number;
  readonly dtype: 'F32' | 'F16';
  /** Take convolutions with kernels larger than 1 × 1 too. */
  readonly convolutions: boolean;
  readonly onProgress?: (done: number, total: number) => void;
}

/** Embeddings are looked up, not multiplied by. */
const isLayer = (name: string): boolean => name.endsWith('.weight') && !name.startsWith('embeddings.');

/**
 * Approximates tuned − base layer by layer; only one layer at a time is in memory.
 * @throws LoraBridgeError `input.model.invalid` when the models are not of the same shape or do not differ; what reading them throws.
 */
export async function extractLora(base: BaseModel, tuned: BaseModel, options: ExtractOptions): Promise<Extracted> {
  const pairs = pairsOf(base, tuned);
  const approximation = new Approximation();
  const modules: LoraModule[] = [];
  const skipped: string[] = [];
  let [missing, whole] = [0, 0];
  try {
    for (const [index, { component, name, before, after }] of pairs.entries()) {
      options.onProgress?.(index, pairs.length);
      const difference = subtract(readWeight(after), readWeight(before));
      const size = squares(difference);
      if (size === 0) continue;
      const { shape } = after;
      const [out = 0, ...input] = shape;
      const isKernel = input.slice(1).some((edge) => edge !== 1);
      if (shape.length < 2 || !isLayer(name) || (isKernel && !options.convolutions)) {
        skipped.push(`${component}.${name}`);
        continue;
      }
      const columns = difference.length / out;
      const factors = await approximation.approximate(difference, { rows: out, columns }, options.rank);
      whole += size;
      // The error of a projection: the squares that it does not keep.
      missing += Math.max(0, size - squares(factors.up, factors.rank, factors.down));
      const path = name.slice(0, -'.weight'.length);
      const rank = factors.rank;
      modules.push(
        computedModule(
          { component, path: longPath(component, path) },
          { rank, out, input },
          options.dtype,
          () => factors,
        ),
      );
    }
  } finally {
    await approximation.release();
  }
  if (modules.length === 0) {
    throw new LoraBridgeError('input.model.invalid', `${tuned.path} does not differ from ${base.path} in any layer.`, {
      file: tuned.path,
      hint: 'Give the model that was fine-tuned with --tuned, and the one it was tuned from with --base.',
    });
  }
  return { modules, skipped, error: Math.sqrt(missing / whole) };
}

const longPath = (component: LoraComponent, path: string): string =>
  component !== 'unet' && path.startsWith('encoder.') ? `text_model.${path}` : path;

interface Pair {
  readonly component: LoraComponent;
  readonly name: string;
  readonly before: WeightView;
  readonly after: WeightView;
}

function pairsOf(base: BaseModel, tuned: BaseModel): Pair[] {
  const networks = (model: BaseModel): Map<LoraComponent, NetworkWeights> =>
    new Map([
      ['unet', openWeights(model.unet.weights)],
      ...model.textEncoders.map(({ folder, encoder }) => [folder, shortNames(openWeights(encoder.weights))] as const),
    ]);
  const [befores, afters] = [networks(base), networks(tuned)];
  const pairs: Pair[] = [];
  for (const [component, views] of befores) {
    for (const [name, before] of views) {
      if (name.endsWith('position_ids')) continue;
      const after = afters.get(component)?.get(name);
      if (after?.shape.join() !== before.shape.join()) {
        throw new LoraBridgeError(
          'input.model.invalid',
          `${tuned.path} has another shape than ${base.path}: ${component}.${name}.`,
          {
            file: tuned.path,
            hint: 'Both must be models of the same family.',
          },
        );
      }
      pairs.push({ component, name, before, after });
    }
  }
  return pairs;
}

/** transformers 5 and single files omit the first word. */
const shortNames = (weights: NetworkWeights): NetworkWeights =>
  new Map(Array.from(weights, ([name, view]) => [name.replace(/^text_model\./, ''), view]));

function subtract(one: Float32Array, other: Float32Array): Float32Array {
  return one.map((value, index) => value - (other[index] ?? 0));
}

/** Sum of squares of a matrix, or of the product of two. */
function squares(matrix: Float32Array, rank?: number, down?: Float32Array): number {
  if (rank === undefined || down === undefined) return matrix.reduce((sum, value) => sum + value * value, 0);
  // Columns of up, and rows of down, are orthogonal: each pair adds the product of its squares.
  const columns = down.length / rank;
  let sum = 0;
  for (let r = 0; r < rank; r++) {
    let [left, right] = [0, 0];
    for (let row = r; row < matrix.length; row += rank) left += (matrix[row] ?? 0) ** 2;
    for (let column = 0; column < columns; column++) right += (down[r * columns + column] ?? 0) ** 2;
    sum += left * right;
  }
  return sum;
}
