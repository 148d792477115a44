/** @file The layers that a VAE's encoder and decoder share (diffusers' `vae.py` and `unet_2d_blocks.py`). */
import { add, attention, conv2d, groupNorm, linear, reshape, silu, transpose, type Value } from '../../graph/index.js';
import { sizeAt } from '../../graph/ir/shape.js';
import { dims4 } from '../../graph/ops/convolution.js';
import type { VaeConfig } from '../config/vae-config.js';
import type { WeightScope } from '../weights/weight-scope.js';

const EPSILON = 1e-6;

/** A convolution with kernel size 1 or 3 that keeps the image size. */
export function convolution(layer: WeightScope, x: Value): Value {
  const kernel = layer.get('weight');
  return conv2d(x, kernel, layer.get('bias'), { padding: (sizeAt(kernel.shape, 3) - 1) / 2 });
}

/** Halves the size, with zero padding at the bottom and right only. */
export function downsample(layer: WeightScope, x: Value): Value {
  return conv2d(x, layer.get('weight'), layer.get('bias'), { stride: 2, padding: [0, 0, 1, 1] });
}

/** Group normalisation and SiLU, which precede each convolution. */
export function normalised(config: VaeConfig, layer: WeightScope, x: Value): Value {
  return silu(norm(config, layer, x));
}

/** Two convolutions plus a shortcut, which is a 1 × 1 convolution where the number of channels changes. */
export function residual(config: VaeConfig, block: WeightScope, x: Value): Value {
  const first = convolution(block.at('conv1'), normalised(config, block.at('norm1'), x));
  const second = convolution(block.at('conv2'), normalised(config, block.at('norm2'), first));
  const hasShortcut = block.has('conv_shortcut.weight');
  return add(hasShortcut ? convolution(block.at('conv_shortcut'), x) : x, second);
}

/** The middle: residual block, attention with one head over all positions, residual block. */
export function middle(config: VaeConfig, block: WeightScope, x: Value): Value {
  const first = residual(config, block.at('resnets.0'), x);
  const attended = config.mid_block_add_attention ? spatialAttention(config, block.at('attentions.0'), first) : first;
  return residual(config, block.at('resnets.1'), attended);
}

function norm(config: VaeConfig, layer: WeightScope, x: Value): Value {
  return groupNorm(x, config.norm_num_groups, layer.get('weight'), layer.get('bias'), EPSILON);
}

function spatialAttention(config: VaeConfig, block: WeightScope, x: Value): Value {
  const [batch, channels, height, width] = dims4(x);
  const normal = reshape(norm(config, block.at('group_norm'), x), [batch, channels, height * width]);
  const positions = transpose(normal, [0, 2, 1]);
  const project = (input: Value, name: string, nameIn2022: string): Value => {
    const layer = block.at(block.has(`${name}.weight`) ? name : nameIn2022);
    // Old files have 1 × 1 convolutions here.
    return linear(input, layer.get('weight', { shape: [channels, channels] }), layer.get('bias'));
  };
  const [query, key] = [project(positions, 'to_q', 'query'), project(positions, 'to_k', 'key')];
  const attended = attention(query, key, project(positions, 'to_v', 'value'), 1);
  const result = transpose(project(attended, 'to_out.0', 'proj_attn'), [0, 2, 1]);
  return add(x, reshape(result, [batch, channels, height, width]));
}
