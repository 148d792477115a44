/** @file The residual block: diffusers' `ResnetBlock2D` (models/resnet.py). */
import { add, groupNorm, reshape, silu, type Value } from '../../graph/index.js';
import { sizeAt } from '../../graph/ir/shape.js';
import type { WeightScope } from '../weights/weight-scope.js';
import type { UnetContext } from './context.js';

/** x [N, C, H, W] → [N, out, H, W]. */
export function resnetBlock(context: UnetContext, block: WeightScope, x: Value): Value {
  const { norm_num_groups: groups, norm_eps: epsilon } = context.config;
  const norm = (name: string, value: Value) =>
    context.recompute(() =>
      silu(groupNorm(value, groups, block.get(`${name}.weight`), block.get(`${name}.bias`), epsilon)),
    );
  const conv = (name: string, value: Value, padding: number) => block.at(name).conv2d(value, { padding });

  const time = block.at('time_emb_proj').linear(context.time);
  const perChannel = reshape(time, [sizeAt(time.shape, 0), sizeAt(time.shape, 1), 1, 1]);
  const inner = add(conv('conv1', norm('norm1', x), 1), perChannel);
  const outer = conv('conv2', norm('norm2', inner), 1);
  const shortcut = block.has('conv_shortcut.weight') ? conv('conv_shortcut', x, 0) : x;
  return add(shortcut, outer);
}
