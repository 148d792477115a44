/**
 * @file CLIP's text encoder: token ids become the hidden states that the UNet attends to: transformers' `CLIPTextModel`,
 * `last_hidden_state`, after the final layer normalisation.
 */
import {
  add,
  attention,
  type CompiledGraph,
  type CompileOptions,
  causalBias,
  compile,
  gather,
  gelu,
  layerNorm,
  quickGelu,
  reshape,
  type Value,
} from '../graph/index.js';
import type { TextEncoderConfig } from './config/text-encoder-config.js';
import type { Adapters } from './lora/adapters.js';
import type { ModelPart } from './model-folder.js';
import { CONTEXT_LENGTH } from './tokenizer.js';
import { WeightScope } from './weight-scope.js';

export class TextEncoder {
  /** Numbers in the embedding of one token. */
  readonly width: number;
  readonly #session: CompiledGraph;

  private constructor(width: number, session: CompiledGraph) {
    this.width = width;
    this.#session = session;
  }

  /**
   * Throws what `compile` and `openSafetensors` throw; `input.safetensors.tensor` when the file lacks a weight;
   * `input.lora.mismatch` when it has no layer for one of the LoRAs.
   */
  static async open(
    { config, weights }: ModelPart<TextEncoderConfig>,
    options: CompileOptions,
    adapters?: Adapters,
  ): Promise<TextEncoder> {
    const file = WeightScope.open(weights, undefined, adapters);
    // transformers 5 leaves this prefix out.
    const model = file.has('text_model.final_layer_norm.weight') ? file.at('text_model') : file;
    const ids = model.graph.input('ids', [1, CONTEXT_LENGTH], 'int32');
    model.graph.output('states', encoder(model, config, ids));
    adapters?.checkAllTaken((path) => model.has(`${path}.weight`) || file.has(`${path}.weight`));
    return new TextEncoder(config.hidden_size, await compile(model.graph, options));
  }

  /** Hidden states [77, width] of the 77 token ids of one prompt. */
  async encode(ids: Int32Array): Promise<Float32Array> {
    const { states } = await this.#session.run({ ids });
    return states ?? new Float32Array();
  }

  release(): Promise<void> {
    return this.#session.release();
  }
}

function encoder(model: WeightScope, config: TextEncoderConfig, ids: Value): Value {
  const { hidden_size: width, num_attention_heads: heads, layer_norm_eps: epsilon } = config;
  const activation = config.hidden_act === 'gelu' ? gelu : (x: Value) => quickGelu(x);
  const norm = (x: Value, layer: WeightScope): Value => layerNorm(x, layer.get('weight'), layer.get('bias'), epsilon);
  const tokens = gather(model.get('embeddings.token_embedding.weight'), ids);
  const positions = model.get('embeddings.position_embedding.weight', { shape: [1, CONTEXT_LENGTH, width] });
  const bias = causalBias(tokens, CONTEXT_LENGTH);
  let states = add(tokens, positions);
  for (let index = 0; index < config.num_hidden_layers; index++) {
    const layer = model.at(`encoder.layers.${index}`);
    const normal = norm(states, layer.at('layer_norm1'));
    const project = (name: string): Value => layer.at(`self_attn.${name}`).linear(normal);
    const attended = attention(project('q_proj'), project('k_proj'), project('v_proj'), heads, bias);
    states = add(states, layer.at('self_attn.out_proj').linear(attended));
    const inner = activation(layer.at('mlp.fc1').linear(norm(states, layer.at('layer_norm2'))));
    states = add(states, layer.at('mlp.fc2').linear(inner));
  }
  return reshape(norm(states, model.at('final_layer_norm')), [CONTEXT_LENGTH, width]);
}
