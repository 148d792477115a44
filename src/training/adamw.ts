/** @file AdamW (Loshchilov & Hutter, arXiv:1711.05101) in the order of operations of torch.optim.AdamW. */

export interface AdamWOptions {
  readonly learningRate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly weightDecay: number;
}

/** The values of diffusers' `train_dreambooth_lora.py`, but for the learning rate. */
export const adamWDefaults = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 1e-2 } as const;

export class AdamW {
  /** First and second moments, one number for each parameter. */
  readonly firstMoment: Float32Array;
  readonly secondMoment: Float32Array;
  /** Updates done so far. */
  updates = 0;

  constructor(
    parameterCount: number,
    private readonly options: AdamWOptions,
  ) {
    this.firstMoment = new Float32Array(parameterCount);
    this.secondMoment = new Float32Array(parameterCount);
  }

  /** Changes `parameters` in place by one step along `gradients`; both hold as many numbers as the optimizer was made for. */
  update(parameters: Float32Array, gradients: Float32Array): void {
    const { learningRate, beta1, beta2, epsilon, weightDecay } = this.options;
    const { firstMoment, secondMoment } = this;
    this.updates += 1;
    const stepSize = learningRate / (1 - beta1 ** this.updates);
    const correction2 = Math.sqrt(1 - beta2 ** this.updates);
    const decay = 1 - learningRate * weightDecay;
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
