/** @file AdamW (Loshchilov & Hutter, arXiv:1711.05101) in the order of operations of torch.optim.AdamW. */

export interface AdamWOptions {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly weightDecay: number;
}

/** The values of diffusers' `train_dreambooth_lora.py`. */
export const adamWDefaults = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 1e-2 } as const;

/** Factors that change with each update. */
export interface UpdateFactors {
  /** Factor of the first moment: the learning rate with bias correction. */
  readonly stepSize: number;
  /** Divisor of the root of the second moment: its bias correction. */
  readonly correction2: number;
  /** Factor of the parameters: weight decay. */
  readonly decay: number;
}

/** @param update counted from 1 */
export function updateFactors(options: AdamWOptions, learningRate: number, update: number): UpdateFactors {
  const { beta1, beta2, weightDecay } = options;
  return {
    stepSize: learningRate / (1 - beta1 ** update),
    correction2: Math.sqrt(1 - beta2 ** update),
    decay: 1 - learningRate * weightDecay,
  };
}

export class AdamW {
  /** First and second moments, one value for each parameter. */
  readonly firstMoment: Float32Array;
  readonly secondMoment: Float32Array;
  /** Updates done so far. */
  updates = 0;

  constructor(
    parameterCount: number,
    readonly options: AdamWOptions,
  ) {
    this.firstMoment = new Float32Array(parameterCount);
    this.secondMoment = new Float32Array(parameterCount);
  }

  /** Updates `parameters` in place; both arrays have the length that the optimizer was made for. */
  update(parameters: Float32Array, gradients: Float32Array, learningRate: number): void {
    const { beta1, beta2, epsilon } = this.options;
    const { firstMoment, secondMoment } = this;
    this.updates += 1;
    const { stepSize, correction2, decay } = updateFactors(this.options, learningRate, this.updates);
    for (let i = 0; i < parameters.length; i++) {
      const gradient = gradients[i] ?? 0;
      const first = (firstMoment[i] ?? 0) * beta1 + gradient * (1 - beta1);
      const second = (secondMoment[i] ?? 0) * beta2 + gradient * gradient * (1 - beta2);
      firstMoment[i] = first;
      secondMoment[i] = second;
      parameters[i] = (parameters[i] ?? 0) * decay - (stepSize * first) / (Math.sqrt(second) / correction2 + epsilon);
    }
  }
}
