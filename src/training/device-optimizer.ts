/** @file AdamW as a graph on the device of the training graph: LoRA, gradient and moments stay there between steps. */
import { LoraBridgeError } from '../errors/lora-bridge-error.js';
import { type CompiledGraph, type CompileOptions, compile, type DeviceTensor, type Tensor } from '../graph/index.js';
import { type AdamW, updateFactors } from './adamw.js';
import type { Optimizer } from './optimizer.js';
import { buildUpdate } from './update-graph.js';

const stateNames = ['lora', 'firstMoment', 'secondMoment'] as const;
type State = Readonly<Record<(typeof stateNames)[number], Float32Array | DeviceTensor>>;

function onDevice(tensor: Tensor | Float32Array | undefined): DeviceTensor[] {
  return tensor === undefined || 'data' in tensor || tensor instanceof Float32Array ? [] : [tensor];
}

export class DeviceOptimizer implements Optimizer {
  readonly #graph: CompiledGraph;
  readonly #adamW: AdamW;
  readonly #host: { readonly [Name in keyof State]: Float32Array };
  #state: State;

  /**
   * @param lora all parameters of the LoRA at the start; `sync` writes into it
   * @param adamW likewise its moments
   * @param limit the norm that gradients are clipped to
   * @throws LoraBridgeError as `compile`
   */
  static async open(
    lora: Float32Array,
    adamW: AdamW,
    limit: number,
    options: CompileOptions,
  ): Promise<DeviceOptimizer> {
    const single = { ...options, precision: 'fp32', kept: stateNames } as const;
    const graph = await compile(buildUpdate(lora.length, adamW.options, limit), single);
    return new DeviceOptimizer(graph, lora, adamW);
  }

  private constructor(graph: CompiledGraph, lora: Float32Array, adamW: AdamW) {
    this.#graph = graph;
    this.#adamW = adamW;
    const { firstMoment, secondMoment } = adamW;
    this.#host = { lora, firstMoment, secondMoment };
    this.#state = this.#host;
  }

  get lora(): Float32Array | DeviceTensor {
    return this.#state.lora;
  }

  async update(gradient: Tensor, inverseScale: number, learningRate: number): Promise<number> {
    const { options, updates } = this.#adamW;
    const { stepSize, correction2, decay } = updateFactors(options, learningRate, updates + 1);
    const fed = 'data' in gradient ? (gradient.data as Float32Array) : gradient;
    const results = await this.#graph.compute({
      ...this.#state,
      gradient: fed,
      inverseScale: Float32Array.of(inverseScale),
      // m / (√v / c + ε) = c · m / (√v + c · ε): the graph saves a division of the whole moment.
      stepSize: Float32Array.of(stepSize * correction2),
      epsilon: Float32Array.of(options.epsilon * correction2),
      decay: Float32Array.of(decay),
    });
    for (const tensor of onDevice(gradient)) tensor.release();
    const { norm, lora, firstMoment, secondMoment } = results;
    const [newLora] = onDevice(lora);
    const [newFirst] = onDevice(firstMoment);
    const [newSecond] = onDevice(secondMoment);
    if (!norm || !('data' in norm) || !newLora || !newFirst || !newSecond) {
      throw new LoraBridgeError('internal', 'The update graph lacks an output.');
    }
    const value = Number(norm.data[0]);
    const next: State = { lora: newLora, firstMoment: newFirst, secondMoment: newSecond };
    const [adopted, dropped] = Number.isFinite(value) ? [next, this.#state] : [this.#state, next];
    this.#state = adopted;
    for (const name of stateNames) for (const tensor of onDevice(dropped[name])) tensor.release();
    if (adopted === next) this.#adamW.updates += 1;
    return value;
  }

  async sync(): Promise<void> {
    for (const name of stateNames) {
      for (const tensor of onDevice(this.#state[name])) this.#host[name].set((await tensor.read()) as Float32Array);
    }
  }

  async release(): Promise<void> {
    for (const name of stateNames) for (const tensor of onDevice(this.#state[name])) tensor.release();
    this.#state = this.#host;
    await this.#graph.release();
  }
}
