/**
 * @file The UNet for sampling: predicts the noise in a latent, or, with v-prediction, its velocity.
 *
 *     const denoiser = await createDenoiser(model.unet, { batchSize: 2, height, width, rank, device, threads });
 *     const noise = await denoiser.predict({ sample, timesteps: [t, t], textHiddenStates, lora: values, loraScale });
 *     await denoiser.release();
 */
import { LoraBridgeError } from '../../errors/lora-bridge-error.js';
import { type CompiledGraph, compile, type Graph } from '../../graph/index.js';
import { CONTEXT_LENGTH } from '../config/text-encoder-config.js';
import { addedConditionWidth, type UnetConfig } from '../config/unet-config.js';
import { LoraLayout } from '../lora/lora-layout.js';
import { loraTargets } from '../lora/lora-targets.js';
import type { ModelPart } from '../model/base-model.js';
import type { Adapters } from '../weights/adapters.js';
import { WeightScope } from '../weights/weight-scope.js';
import type { UnetGeometry } from './geometry.js';
import { LoraBranches } from './lora-branches.js';
import { embedTimesteps } from './timestep-embedding.js';
import { repeatingInputs, unet } from './unet.js';

export interface DenoiserInputs {
  /** Noisy latents, scaled as the model expects them, [N, channels, H, W]. */
  readonly sample: Float32Array;
  /** One per sample; may be fractional. */
  readonly timesteps: readonly number[];
  /** The text encoder's output [N, tokens, width]. */
  readonly textHiddenStates: Float32Array;
  /** [N, `addedConditionWidth(config)`], for models that take it. */
  readonly addedCondition?: Float32Array | undefined;
  /** The LoRA, in the order of `LoraLayout`; empty for rank 0. */
  readonly lora: Float32Array;
  /** alpha / rank; 0 is the base model alone. Other than 1, it costs a copy of the LoRA. */
  readonly loraScale: number;
}

export class Denoiser {
  readonly #config: UnetConfig;
  readonly #layout: LoraLayout;
  readonly #session: CompiledGraph;

  constructor(config: UnetConfig, { rank }: UnetGeometry, session: CompiledGraph) {
    this.#config = config;
    this.#layout = new LoraLayout(loraTargets(config), rank);
    this.#session = session;
  }

  /** The model's prediction [N, channels, H, W]. With onnxruntime-node this blocks the event loop. */
  async predict(inputs: DenoiserInputs): Promise<Float32Array> {
    const { block_out_channels, flip_sin_to_cos: flipSinToCos, freq_shift: frequencyShift } = this.#config;
    const { prediction } = await this.#session.run({
      sample: inputs.sample,
      timestepEmbedding: embedTimesteps(inputs.timesteps, block_out_channels[0] ?? 0, { flipSinToCos, frequencyShift }),
      textHiddenStates: inputs.textHiddenStates,
      ...(inputs.addedCondition && { addedCondition: inputs.addedCondition }),
      ...(this.#layout.rank > 0 && { lora: this.#layout.scaleUps(inputs.lora, inputs.loraScale) }),
    });
    if (!prediction) throw new LoraBridgeError('internal', 'The UNet returned no prediction.');
    return prediction;
  }

  /** Frees the session's memory. */
  release(): Promise<void> {
    return this.#session.release();
  }
}

/**
 * Opens a denoiser for a UNet and fixed sizes.
 * @param adapters LoRAs that are part of the graph, besides the one of `geometry.rank` that is fed in each run
 * @throws LoraBridgeError `input.safetensors.*` for a broken file or a missing weight, `input.model.invalid`,
 * `input.lora.mismatch`, `resource.device.missing`.
 */
export async function createDenoiser(
  part: ModelPart<UnetConfig>,
  geometry: UnetGeometry,
  adapters?: Adapters,
): Promise<Denoiser> {
  const graph = buildDenoiser(part, geometry, adapters);
  return new Denoiser(
    part.config,
    geometry,
    await compile(graph, { ...geometry, repeating: repeatingInputs, runsOften: true }),
  );
}

/**
 * The denoiser's graph; its inputs have the names of `DenoiserInputs`.
 * @throws as `createDenoiser` does
 */
export function buildDenoiser(
  { config, weights }: ModelPart<UnetConfig>,
  { batchSize, height, width, textTokens = CONTEXT_LENGTH, rank }: UnetGeometry,
  adapters?: Adapters,
): Graph {
  const model = WeightScope.open(weights, undefined, adapters);
  const { graph } = model;
  const addedWidth = addedConditionWidth(config);
  const prediction = unet(model, config, {
    sample: graph.input('sample', [batchSize, config.in_channels, height, width]),
    timestepEmbedding: graph.input('timestepEmbedding', [batchSize, config.block_out_channels[0] ?? 0]),
    textHiddenStates: graph.input('textHiddenStates', [batchSize, textTokens, config.cross_attention_dim]),
    addedCondition: addedWidth > 0 ? graph.input('addedCondition', [batchSize, addedWidth]) : undefined,
    lora: new LoraBranches(graph, new LoraLayout(loraTargets(config), rank)),
  });
  adapters?.checkAllTaken((path) => model.has(`${path}.weight`));
  graph.output('prediction', prediction);
  return graph;
}
