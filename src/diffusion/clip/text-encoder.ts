/**
 * @file CLIP's text encoder: from token ids to the hidden states that the UNet attends to, and for SDXL the embedding of the whole prompt.
 * transformers' `CLIPTextModel` and `CLIPTextModelWithProjection`.
 */
import {
  add,
  attention,
  type CompiledGraph,
  type CompileOptions,
  causalBias,
  compile,
  type Graph,
  gather,
  gelu,
  layerNorm,
  quickGelu,
  reshape,
  type Value,
} from '../../graph/index.js';
import { CONTEXT_LENGTH, type TextEncoderConfig } from '../config/text-encoder-config.js';
import type { TextEncoderRole } from '../families/family.js';
import type { ModelPart } from '../model/base-model.js';
import type { Adapters } from '../weights/adapters.js';
import { WeightScope } from '../weights/weight-scope.js';
import type { TokenizedPrompt } from './tokenizer.js';

export interface EncodedText {
  /** [77, width]. */
  readonly hiddenStates: Float32Array;
  /** The projected embedding of the whole prompt, if requested. */
  readonly pooled: Float32Array | undefined;
}

/** Default: the last hidden states, and no pooled embedding. */
export type TextEncoderOptions = CompileOptions & Partial<Pick<TextEncoderRole, 'hiddenStates' | 'pooled'>>;

export class TextEncoder {
  readonly #session: CompiledGraph;
  readonly #pooled: boolean;

  private constructor(session: CompiledGraph, pooled: boolean) {
    this.#session = session;
    this.#pooled = pooled;
  }

  /**
   * @throws what `compile` and `openSafetensors` throw; `input.safetensors.tensor` when the file lacks a weight; `input.lora.mismatch`
   * when it lacks the layer of one of the LoRAs
   */
  static async open(
    { config, weights }: ModelPart<TextEncoderConfig>,
    { hiddenStates = 'last', pooled = false, ...device }: TextEncoderOptions,
    adapters?: Adapters,
  ): Promise<TextEncoder> {
    const graph = buildTextEncoder({ config, weights }, { hiddenStates, pooled }, adapters);
    return new TextEncoder(await compile(graph, device), pooled);
  }

  async encode({ ids, end }: Pick<TokenizedPrompt, 'ids' | 'end'>): Promise<EncodedText> {
    const { hiddenStates, pooled } = await this.#session.run({ ids, ...(this.#pooled && { end: Int32Array.of(end) }) });
    return { hiddenStates: hiddenStates ?? new Float32Array(), pooled };
  }

  release(): Promise<void> {
    return this.#session.release();
  }
}

/**
 * The graph of the hidden states, and of the pooled embedding if requested.
 * @throws as `TextEncoder.open` does
 */
export function buildTextEncoder(
  { config, weights }: ModelPart<TextEncoderConfig>,
  { hiddenStates = 'last', pooled = false }: Pick<TextEncoderOptions, 'hiddenStates' | 'pooled'>,
  adapters?: Adapters,
): Graph {
  const file = WeightScope.open(weights, undefined, adapters);
  // transformers 5 omits this prefix.
  const model = file.has('text_model.final_layer_norm.weight') ? file.at('text_model') : file;
  const ids = model.graph.input('ids', [1, CONTEXT_LENGTH], 'int32');
  const { penultimate, last } = file.build(() => encoder(model, config, ids));
  const shape = [CONTEXT_LENGTH, config.hidden_size];
  model.graph.output('hiddenStates', reshape(hiddenStates === 'last' ? last : penultimate, shape));
  if (pooled) {
    // `text_embeds` of transformers' `CLIPTextModelWithProjection`: the state of the end token, projected.
    const position = model.graph.input('end', [1], 'int32');
    const projection = file.at('text_projection').linear(gather(reshape(last, shape), position));
    model.graph.output('pooled', projection);
  }
  adapters?.checkAllTaken((path) => model.has(`${path}.weight`) || file.has(`${path}.weight`));
  return model.graph;
}

/** The hidden states before the last layer, and those after it, normalised; each [1, 77, width]. Only outputs are computed. */
function encoder(model: WeightScope, config: TextEncoderConfig, ids: Value) {
  const { hidden_size: width, num_attention_heads: heads, layer_norm_eps: epsilon, num_hidden_layers: layers } = config;
  const activation = config.hidden_act === 'gelu' ? gelu : (x: Value) => quickGelu(x);
  const norm = (x: Value, layer: WeightScope): Value => layerNorm(x, layer.get('weight'), layer.get('bias'), epsilon);
  const tokens = model.at('embeddings.token_embedding').rowsAt(ids);
  const positions = model.get('embeddings.position_embedding.weight', { shape: [1, CONTEXT_LENGTH, width] });
  const bias = causalBias(tokens, CONTEXT_LENGTH);
  const run = (states: Value, layer: WeightScope): Value => {
    const normal = norm(states, layer.at('layer_norm1'));
    const project = (name: string): Value => layer.at(`self_attn.${name}`).linear(normal);
    const attended = attention(project('q_proj'), project('k_proj'), project('v_proj'), heads, bias);
    const middle = add(states, layer.at('self_attn.out_proj').linear(attended));
    const inner = activation(layer.at('mlp.fc1').linear(norm(middle, layer.at('layer_norm2'))));
    return add(middle, layer.at('mlp.fc2').linear(inner));
  };
  let penultimate = add(tokens, positions);
  for (let index = 0; index < layers - 1; index++) penultimate = run(penultimate, model.at(`encoder.layers.${index}`));
  const last = norm(run(penultimate, model.at(`encoder.layers.${layers - 1}`)), model.at('final_layer_norm'));
  return { penultimate, last };
}
