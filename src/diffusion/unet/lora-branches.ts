/** @file The LoRA as one input of a graph, and the branches that it adds to linear layers. */
import { LoraBridgeError } from '../../errors/lora-bridge-error.js';
import { type Graph, gemm, reshape, split, transpose, type Value } from '../../graph/index.js';
import type { LoraLayout } from '../lora/lora-layout.js';
import type { WeightScope } from '../weights/weight-scope.js';

/** WebGPU shaders can bind few buffers: ONNX Runtime's limit is 12 for inputs and outputs together. */
const piecesPerNode = 8;

/** Splits a vector into pieces of the given sizes, by several nodes if need be. */
function pieces(vector: Value, sizes: readonly number[]): readonly Value[] {
  if (sizes.length <= piecesPerNode) return split(vector, sizes, 0);
  const share = Math.ceil(sizes.length / piecesPerNode);
  const groups = Array.from({ length: Math.ceil(sizes.length / share) }, (_, index) =>
    sizes.slice(index * share, (index + 1) * share),
  );
  const totals = groups.map((group) => group.reduce((sum, size) => sum + size, 0));
  return split(vector, totals, 0).flatMap((part, index) => pieces(part, groups[index] ?? []));
}

/** The graph's input `lora` [layout.size]: feeding and returning one tensor is cheaper than hundreds. */
export class LoraBranches {
  /** The matrices as slices of the input, in its order: the parameters to differentiate by. */
  readonly parts: readonly Value[];
  readonly #byPath = new Map<string, { readonly down: Value; readonly upTransposed: Value }>();
  readonly #rank: number;
  readonly #scale: number;

  /**
   * @param layout of rank 0 for none: the graph then has no input `lora`
   * @param scale alpha / rank; 1 where the fed `up` matrices are already scaled
   */
  constructor(graph: Graph, layout: LoraLayout, scale = 1) {
    const { targets, rank, sizes, size } = layout;
    this.#rank = rank;
    this.#scale = scale;
    if (rank === 0) {
      this.parts = [];
      return;
    }
    this.parts = pieces(graph.input('lora', [size]), sizes);
    targets.forEach(({ path, inFeatures, outFeatures }, index) => {
      const [down, up] = [this.parts[2 * index], this.parts[2 * index + 1]];
      if (!down || !up) return;
      // The gradient is then rank × out: long rows take the runtime a third of the time of long columns.
      const upTransposed = transpose(reshape(up, [outFeatures, rank]), [1, 0]);
      this.#byPath.set(path, { down: reshape(down, [rank, inFeatures]), upTransposed });
    });
  }

  /** x·Wᵀ + b + scale·x·downᵀ·upᵀ of a linear layer; x [rows, in]. */
  linear(layer: WeightScope, x: Value): Value {
    const base = layer.linear(x);
    if (this.#rank === 0) return base;
    const branch = this.#byPath.get(layer.path);
    if (!branch) throw new LoraBridgeError('internal', `There is no LoRA target ${layer.path}.`);
    // As an attribute of the product, the scale costs no node.
    const inner = gemm(x, branch.down, undefined, { transB: true, alpha: this.#scale });
    return gemm(inner, branch.upTransposed, base);
  }
}
