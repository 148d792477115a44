/** @file The UNet as a graph: diffusers' `UNet2DConditionModel` (models/unets/unet_2d_condition.py), any block sizes. */
import { LoraBridgeError } from '../../errors/lora-bridge-error.js';
import { add, concat, groupNorm, reshape, silu, slice, upsampleNearest, type Value } from '../../graph/index.js';
import { sizeAt } from '../../graph/ir/shape.js';
import type { UnetConfig } from '../config/unet-config.js';
import type { WeightScope } from '../weights/weight-scope.js';
import type { UnetContext } from './context.js';
import type { LoraBranches } from './lora-branches.js';
import { resnetBlock } from './resnet.js';
import { transformer } from './transformer.js';

export interface UnetInputs {
  /** Noisy latents [N, channels, H, W]. */
  readonly sample: Value;
  /** Sinusoidal embedding of the timesteps [N, first channels], from `embedTimesteps`. */
  readonly timestepEmbedding: Value;
  /** [N, tokens, cross_attention_dim]. */
  readonly textHiddenStates: Value;
  /** [N, `addedConditionWidth(config)`], for models that take it. */
  readonly addedCondition?: Value | undefined;
  readonly lora: LoraBranches;
  /** For training: recompute everything large but convolutions and attention in the backward pass. Default: only what is cheap. */
  readonly lowMemory?: boolean | undefined;
}

/** The inputs that repeat with a caption or a timestep: groups for `CompileOptions.repeating`. */
export const repeatingInputs: readonly (readonly (keyof UnetInputs)[])[] = [
  ['textHiddenStates'],
  ['timestepEmbedding', 'addedCondition'],
];

/**
 * From so many latent pixels in a batch on, normalisations and activations are recomputed in the backward pass. Below, they fit into memory
 * next to the weights of Stable Diffusion, and time matters more.
 */
const recomputeFrom = 2048;

/** The value for one level of a setting that is one number or one per level. */
function atLevel(setting: number | readonly number[], level: number): number {
  const value = typeof setting === 'number' ? setting : setting[level];
  if (value === undefined) throw new LoraBridgeError('input.model.invalid', `unet/config.json has no level ${level}.`);
  return value;
}

const convolve = (scope: WeightScope, x: Value, stride = 1): Value => scope.conv2d(x, { stride, padding: 1 });

/** One residual block, followed by a transformer where the level has attention. */
function layer(
  context: UnetContext,
  block: WeightScope,
  index: number,
  x: Value,
  level: number,
  attends: boolean,
): Value {
  const state = resnetBlock(context, block.at(`resnets.${index}`), x);
  if (!attends) return state;
  const heads = atLevel(context.config.attention_head_dim, level);
  const depth = atLevel(context.config.transformer_layers_per_block, level);
  return transformer(context, block.at(`attentions.${index}`), state, heads, depth);
}

function middle(context: UnetContext, model: WeightScope, x: Value, level: number): Value {
  const block = model.at('mid_block');
  return resnetBlock(context, block.at('resnets.1'), layer(context, block, 0, x, level, true));
}

/** Doubles the size; one row or column less where the skip connection has an odd size. */
function upsample(scope: WeightScope, x: Value, like: Value): Value {
  const fitted = [2, 3].reduce(
    (value, axis) =>
      sizeAt(value.shape, axis) > sizeAt(like.shape, axis) ? slice(value, axis, 0, sizeAt(like.shape, axis)) : value,
    upsampleNearest(x, 2),
  );
  return convolve(scope, fitted);
}

/** Two linear layers: diffusers' `TimestepEmbedding`. */
function embed(layer: WeightScope, x: Value): Value {
  return layer.at('linear_2').linear(silu(layer.at('linear_1').linear(x)));
}

/** The embedding of the timestep, and of the added condition where there is one, [N, 4 · first channels]. */
function embedSample(model: WeightScope, { timestepEmbedding, addedCondition }: UnetInputs): Value {
  const time = embed(model.at('time_embedding'), timestepEmbedding);
  return addedCondition ? add(time, embed(model.at('add_embedding'), addedCondition)) : time;
}

/**
 * The prediction [N, out_channels, H, W] of the model.
 * @throws LoraBridgeError `input.safetensors.tensor` when a weight is missing or does not fit the configuration.
 */
export function unet(model: WeightScope, config: UnetConfig, inputs: UnetInputs): Value {
  return model.build(() => build(model, config, inputs));
}

function build(model: WeightScope, config: UnetConfig, inputs: UnetInputs): Value {
  const { textHiddenStates: text, lowMemory = false } = inputs;
  const latentPixels = [0, 2, 3].reduce((product, axis) => product * sizeAt(inputs.sample.shape, axis), 1);
  const context: UnetContext = {
    config,
    time: silu(embedSample(model, inputs)),
    textHiddenStates: reshape(text, [sizeAt(text.shape, 0) * sizeAt(text.shape, 1), sizeAt(text.shape, 2)]),
    lora: inputs.lora,
    recompute: (build) => (lowMemory || latentPixels >= recomputeFrom ? model.graph.recompute(build) : build()),
    recomputeIfLowMemory: (build) => (lowMemory ? model.graph.recompute(build) : build()),
  };
  const last = config.block_out_channels.length - 1;
  let state = convolve(model.at('conv_in'), inputs.sample);
  const skips = [state];

  config.down_block_types.forEach((type, level) => {
    const block = model.at(`down_blocks.${level}`);
    for (let index = 0; index < config.layers_per_block; index++) {
      state = layer(context, block, index, state, level, type === 'CrossAttnDownBlock2D');
      skips.push(state);
    }
    if (level < last) {
      state = convolve(block.at('downsamplers.0.conv'), state, 2);
      skips.push(state);
    }
  });

  state = middle(context, model, state, last);

  config.up_block_types.forEach((type, index) => {
    const block = model.at(`up_blocks.${index}`);
    for (let step = 0; step <= config.layers_per_block; step++) {
      const skip = skips.pop();
      if (!skip) throw new LoraBridgeError('input.model.invalid', 'The UNet has more up layers than down layers.');
      state = layer(context, block, step, concat([state, skip], 1), last - index, type === 'CrossAttnUpBlock2D');
    }
    const next = skips.at(-1);
    if (next && index < last) state = upsample(block.at('upsamplers.0.conv'), state, next);
  });

  const { norm_num_groups: groups, norm_eps: epsilon } = config;
  const normalized = context.recompute(() =>
    silu(groupNorm(state, groups, model.get('conv_norm_out.weight'), model.get('conv_norm_out.bias'), epsilon)),
  );
  return convolve(model.at('conv_out'), normalized);
}
