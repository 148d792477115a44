/** @file AdamW on arrays of this process, in place: for CPUs. */
import { LoraBridgeError } from '../errors/lora-bridge-error.js';
import type { Tensor } from '../graph/index.js';
import type { AdamW } from './adamw.js';
import { clipGradients, gradientNorm } from './gradient-norm.js';
import type { Optimizer } from './optimizer.js';

export class HostOptimizer implements Optimizer {
  readonly #adamW: AdamW;
  readonly #limit: number;

  /**
   * @param lora all parameters of the LoRA; updated in place
   * @param adamW its moments are updated in place
   * @param limit the norm that gradients are clipped to
   */
  constructor(
    readonly lora: Float32Array,
    adamW: AdamW,
    limit: number,
  ) {
    this.#adamW = adamW;
    this.#limit = limit;
  }

  async update(gradient: Tensor, inverseScale: number, learningRate: number): Promise<number> {
    if (!('data' in gradient && gradient.data instanceof Float32Array)) {
      throw new LoraBridgeError('internal', 'The gradient is not in memory, or not float32.');
    }
    const { data } = gradient;
    const norm = gradientNorm(data) * inverseScale;
    if (!Number.isFinite(norm)) return norm;
    if (inverseScale !== 1) for (let i = 0; i < data.length; i++) data[i] = (data[i] ?? 0) * inverseScale;
    clipGradients(data, norm, this.#limit);
    this.#adamW.update(this.lora, data, learningRate);
    return norm;
  }

  async sync(): Promise<void> {}

  async release(): Promise<void> {}
}
