/** @file The LoRA as one input of a graph, and the branches that it adds to linear layers. */
import { type Graph, gemm, mul, reshape, split, type Value } from '../../graph/index.js';
import type { LoraTarget } from '../lora/lora-targets.js';
import type { WeightScope } from '../weight-scope.js';

/** Numbers of a LoRA over all targets. */
export function loraSize(targets: readonly LoraTarget[], rank: number): number {
  return targets.reduce((sum, { inFeatures, outFeatures }) => sum + rank * (inFeatures + outFeatures), 0);
}

/**
 * The graph's inputs `lora` [numbers] and `loraScale` [1]. All matrices lie in one vector, target by target, down [rank, in] before
 * up [out, rank]: feeding and returning one tensor is cheaper than hundreds.
 */
export class LoraBranches {
  /** Slices of the vector, in its order; what the gradient is taken by. */
  readonly parts: readonly Value[];
  readonly #byPath = new Map<string, { readonly down: Value; readonly up: Value }>();
  readonly #scale: Value;

  constructor(graph: Graph, targets: readonly LoraTarget[], rank: number) {
    const sizes = targets.flatMap(({ inFeatures, outFeatures }) => [rank * inFeatures, outFeatures * rank]);
    this.parts = split(graph.input('lora', [loraSize(targets, rank)]), sizes, 0);
    this.#scale = graph.input('loraScale', [1]);
    targets.forEach(({ path, inFeatures, outFeatures }, index) => {
      const [down, up] = [this.parts[2 * index], this.parts[2 * index + 1]];
      if (!down || !up) return;
      this.#byPath.set(path, { down: reshape(down, [rank, inFeatures]), up: reshape(up, [outFeatures, rank]) });
    });
  }

  /** x·Wᵀ + b + scale · x·downᵀ·upᵀ of a linear layer; x [rows, in]. Without a branch of that path, the layer alone. */
  linear(layer: WeightScope, x: Value): Value {
    const bias = layer.has('bias') ? layer.get('bias') : undefined;
    const base = gemm(x, layer.get('weight'), bias, { transB: true });
    const branch = this.#byPath.get(layer.path);
    if (!branch) return base;
    const narrow = mul(gemm(x, branch.down, undefined, { transB: true }), this.#scale);
    return gemm(narrow, branch.up, base, { transB: true });
  }
}
