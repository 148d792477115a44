/**
 * @file One step of LoRA training as one run of a graph: the loss, and its gradient with respect to all LoRA parameters.
 *
 *     const step = await createTrainStep(model.unet, { batchSize, height, width, rank, device, threads });
 *     const { loss, gradient } = await step.run({ latents, noise, timesteps, …, lora: values });
 *     await step.release();
 *
 * `lora` and `gradient` are in the order of `LoraLayout`.
 */

import { LoraBridgeError } from '../../errors/lora-bridge-error.js';
import {
  add,
  attentionBlock,
  type CompiledGraph,
  compile,
  concat,
  type DeviceTensor,
  type Feeds,
  type Graph,
  gradients,
  mul,
  reduceMean,
  reshape,
  sizeOf,
  sub,
  type Tensor,
  type WeightStorage,
} from '../../graph/index.js';
import type { PredictionType } from '../../protocol/base-model.js';
import { CONTEXT_LENGTH } from '../config/text-encoder-config.js';
import { addedConditionWidth, type UnetConfig } from '../config/unet-config.js';
import { LoraLayout } from '../lora/lora-layout.js';
import { loraTargets } from '../lora/lora-targets.js';
import type { ModelPart } from '../model/base-model.js';
import { WeightScope } from '../weights/weight-scope.js';
import type { UnetGeometry } from './geometry.js';
import { LoraBranches } from './lora-branches.js';
import { embedTimesteps } from './timestep-embedding.js';
import { repeatingInputs, unet } from './unet.js';

export interface TrainStepInputs {
  /** Latents without noise, scaled as the UNet sees them, [N, channels, H, W]. */
  readonly latents: Float32Array;
  /** Standard normal, of the same shape. */
  readonly noise: Float32Array;
  /** One per sample, 0 to 999. */
  readonly timesteps: readonly number[];
  /** √ᾱ of each sample's timestep. */
  readonly latentScales: readonly number[];
  /** √(1 − ᾱ) of each sample's timestep. */
  readonly noiseScales: readonly number[];
  /** The text encoder's output [N, tokens, width]. */
  readonly textHiddenStates: Float32Array;
  /** [N, `addedConditionWidth(config)`], for models that take it. */
  readonly addedCondition?: Float32Array | undefined;
  /** All parameters of the LoRA. */
  readonly lora: Float32Array | DeviceTensor;
  /** Factor of the loss before differentiation: loss scaling, for 16 bits. Default 1. */
  readonly lossScale?: number;
  /** Factor of each sample's loss, such as that of min-SNR weighting. Default 1. */
  readonly sampleWeights?: readonly number[];
  /** Factor of each latent pixel's loss [N, 1, H, W]. Default 1. */
  readonly lossMask?: Float32Array;
}

export interface TrainStepResult<Gradient> {
  /** Mean of weight · mask · (prediction − target)² over all elements of the batch. */
  readonly loss: number;
  /** Of the loss times `lossScale`, with respect to `lora`. */
  readonly gradient: Gradient;
}

export interface TrainStepOptions {
  /** How the frozen weights are stored; the default depends on their size. */
  readonly storage?: WeightStorage;
  /** What the model predicts. Default: the noise. */
  readonly predictionType?: PredictionType;
  /** alpha / rank. Default: 1. */
  readonly loraScale?: number;
  /** Whether the gradient stays on the device. */
  readonly keepsGradient?: boolean;
}

/** The training graph. Its inputs have the names of `TrainStepInputs`, but for the timesteps. */
export function buildTrainStep(
  { config, weights }: ModelPart<UnetConfig>,
  { batchSize, height, width, textTokens = CONTEXT_LENGTH, rank, lowMemory, device, precision }: UnetGeometry,
  { storage, predictionType = 'epsilon', loraScale }: TrainStepOptions = {},
): Graph {
  const model = WeightScope.open(weights, storage);
  const { graph } = model;
  const shape = [batchSize, config.in_channels, height, width];
  const perSample = (name: string) => graph.input(name, [batchSize, 1, 1, 1]);
  const [latentScale, noiseScale] = [perSample('latentScales'), perSample('noiseScales')];
  const addedWidth = addedConditionWidth(config);
  const [latents, noise] = [graph.input('latents', shape), graph.input('noise', shape)];
  const lora = new LoraBranches(graph, new LoraLayout(loraTargets(config), rank), loraScale);
  const prediction = unet(model, config, {
    sample: add(mul(latents, latentScale), mul(noise, noiseScale)),
    timestepEmbedding: graph.input('timestepEmbedding', [batchSize, config.block_out_channels[0] ?? 0]),
    textHiddenStates: graph.input('textHiddenStates', [batchSize, textTokens, config.cross_attention_dim]),
    addedCondition: addedWidth > 0 ? graph.input('addedCondition', [batchSize, addedWidth]) : undefined,
    lora,
    lowMemory,
  });
  // `get_velocity` of diffusers' schedulers (Salimans and Ho, 2022, arXiv 2202.00512, appendix D).
  const isVelocity = predictionType === 'v_prediction';
  const target = isVelocity ? sub(mul(noise, latentScale), mul(latents, noiseScale)) : noise;
  const error = sub(prediction, target);
  const factor = mul(perSample('sampleWeights'), graph.input('lossMask', [batchSize, 1, height, width]));
  const loss = reduceMean(mul(mul(error, error), factor), [0, 1, 2, 3], false);
  const byPart = gradients(loss, lora.parts, attentionBlock(device, precision));
  graph.output('loss', loss);
  // The runtime computes a node's inputs that were built last first. Of these reshapes, built in the layers' order, those of the last layers
  // come first, whose gradients are ready first. Without them it would begin with the first layers, and hold what all other gradients need.
  const rows = byPart.map((gradient) => reshape(gradient, [1, sizeOf(gradient.shape)]));
  const joined = concat(rows, 1);
  graph.output('gradient', reshape(joined, [sizeOf(joined.shape)]));
  return graph;
}

export class TrainStep {
  readonly #session: CompiledGraph;
  readonly #config: UnetConfig;
  readonly #ones: { readonly samples: Float32Array; readonly mask: Float32Array };

  constructor(config: UnetConfig, geometry: UnetGeometry, session: CompiledGraph) {
    const { batchSize, height, width } = geometry;
    this.#session = session;
    this.#config = config;
    this.#ones = {
      samples: new Float32Array(batchSize).fill(1),
      mask: new Float32Array(batchSize * height * width).fill(1),
    };
  }

  /** Computes loss and gradient; the caller checks whether they are finite. */
  async run(inputs: TrainStepInputs): Promise<TrainStepResult<Float32Array>> {
    const { loss, gradient } = await this.#session.run(this.#feeds(inputs));
    if (!gradient) throw new LoraBridgeError('internal', 'The training graph returned no gradient.');
    return { loss: (loss?.[0] ?? Number.NaN) / (inputs.lossScale ?? 1), gradient };
  }

  /** As `run`, but the gradient is a tensor: with `keepsGradient` one of the device, which the caller releases. */
  async compute(inputs: TrainStepInputs): Promise<TrainStepResult<Tensor>> {
    const { loss, gradient } = await this.#session.compute(this.#feeds(inputs));
    if (!gradient || !loss || !('data' in loss)) {
      throw new LoraBridgeError('internal', 'The training graph returned no loss or no gradient.');
    }
    return { loss: Number(loss.data[0]) / (inputs.lossScale ?? 1), gradient };
  }

  #feeds(inputs: TrainStepInputs): Feeds {
    const { block_out_channels, flip_sin_to_cos: flipSinToCos, freq_shift: frequencyShift } = this.#config;
    const { lossScale = 1 } = inputs;
    const weights = inputs.sampleWeights ? Float32Array.from(inputs.sampleWeights) : this.#ones.samples;
    return {
      latents: inputs.latents,
      noise: inputs.noise,
      latentScales: Float32Array.from(inputs.latentScales),
      noiseScales: Float32Array.from(inputs.noiseScales),
      timestepEmbedding: embedTimesteps(inputs.timesteps, block_out_channels[0] ?? 0, { flipSinToCos, frequencyShift }),
      textHiddenStates: inputs.textHiddenStates,
      ...(inputs.addedCondition && { addedCondition: inputs.addedCondition }),
      lora: inputs.lora,
      sampleWeights: weights.map((weight) => weight * lossScale),
      lossMask: inputs.lossMask ?? this.#ones.mask,
    };
  }

  /** Frees the session's memory. */
  release(): Promise<void> {
    return this.#session.release();
  }
}

/**
 * Opens the training step of a UNet for fixed sizes.
 * @throws LoraBridgeError `input.safetensors.*` for a broken file or a missing weight, `input.model.invalid`,
 * `resource.device.missing`.
 */
export async function createTrainStep(
  part: ModelPart<UnetConfig>,
  geometry: UnetGeometry,
  options?: TrainStepOptions,
): Promise<TrainStep> {
  const graph = buildTrainStep(part, geometry, options);
  const kept = options?.keepsGradient === true ? ['gradient'] : [];
  return new TrainStep(
    part.config,
    geometry,
    await compile(graph, { ...geometry, repeating: repeatingInputs, kept, runsOften: true }),
  );
}
