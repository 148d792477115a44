/**
 * @file The transformer between residual blocks: diffusers' `Transformer2DModel` and `BasicTransformerBlock`. Tokens are one matrix
 * [N · H · W, C].
 */
import { add, attention, gelu, groupNorm, layerNorm, mul, reshape, transpose, type Value } from '../../graph/index.js';
import { sizeAt } from '../../graph/ir/shape.js';
import type { WeightScope } from '../weights/weight-scope.js';
import type { UnetContext } from './context.js';

const groupNormEpsilon = 1e-6;
const layerNormEpsilon = 1e-5;

/** q, k, v and out with their LoRA branches; `source` is the tokens attended to. */
function attentionLayer(
  { lora, recomputeIfLowMemory }: UnetContext,
  layer: WeightScope,
  x: Value,
  source: Value,
  batch: number,
  heads: number,
): Value {
  const project = (name: string, value: Value) => {
    const rows = recomputeIfLowMemory(() => lora.linear(layer.at(name), value));
    return reshape(rows, [batch, sizeAt(rows.shape, 0) / batch, sizeAt(rows.shape, 1)]);
  };
  const joined = attention(project('to_q', x), project('to_k', source), project('to_v', source), heads);
  return lora.linear(layer.at('to_out.0'), reshape(joined, [sizeAt(x.shape, 0), sizeAt(joined.shape, 2)]));
}

/** GEGLU. The halves of its projection are two products, so that they need no split and their gradients no concat. */
function feedForward(context: UnetContext, layer: WeightScope, x: Value): Value {
  const rows = sizeAt(layer.shape('net.0.proj.bias') ?? [0], 0);
  const projection = layer.at('net.0.proj');
  const half = (from: number, to: number) => context.recomputeIfLowMemory(() => projection.linear(x, [from, to]));
  const [content, gate] = [half(0, rows / 2), half(rows / 2, rows)];
  const gated = context.recompute(() => mul(content, gelu(gate)));
  return layer.at('net.2').linear(gated);
}

function transformerBlock(context: UnetContext, block: WeightScope, x: Value, batch: number, heads: number): Value {
  const norm = (name: string, value: Value) =>
    context.recompute(() => layerNorm(value, block.get(`${name}.weight`), block.get(`${name}.bias`), layerNormEpsilon));
  const first = norm('norm1', x);
  const afterSelf = add(attentionLayer(context, block.at('attn1'), first, first, batch, heads), x);
  const second = norm('norm2', afterSelf);
  const afterText = add(
    attentionLayer(context, block.at('attn2'), second, context.textHiddenStates, batch, heads),
    afterSelf,
  );
  return add(feedForward(context, block.at('ff'), norm('norm3', afterText)), afterText);
}

/** x [N, C, H, W] → the same shape. Projections by 1 × 1 convolutions and by linear layers are the same product of tokens. */
export function transformer(context: UnetContext, model: WeightScope, x: Value, heads: number, depth: number): Value {
  const [batch, channels, height, width] = [0, 1, 2, 3].map((axis) => sizeAt(x.shape, axis));
  if (!batch || !channels || !height || !width) return x;
  const { norm_num_groups: groups } = context.config;
  const normalized = groupNorm(x, groups, model.get('norm.weight'), model.get('norm.bias'), groupNormEpsilon);
  const rows = batch * height * width;
  const tokens = reshape(transpose(reshape(normalized, [batch, channels, height * width]), [0, 2, 1]), [
    rows,
    channels,
  ]);
  let state = model.at('proj_in').linear(tokens);
  for (let index = 0; index < depth; index++) {
    state = transformerBlock(context, model.at(`transformer_blocks.${index}`), state, batch, heads);
  }
  const result = reshape(model.at('proj_out').linear(state), [batch, height * width, channels]);
  return add(reshape(transpose(result, [0, 2, 1]), x.shape), x);
}
