/** @file Changing the resolution of [batch, channels, height, width]. */
import type { Op, Value } from '../ir/graph.js';
import { shapeError } from '../ir/shape.js';
import { dims4, sizesOf } from './convolution.js';

export const averagePoolOp: Op = {
  type: 'AveragePool',
  domain: '',
  infer([x], attributes) {
    const [batch, channels, height, width] = dims4(x);
    const [factor = 1] = sizesOf(attributes, 'kernel_shape');
    if (!x || height % factor !== 0 || width % factor !== 0)
      throw shapeError(`AveragePool by ${factor} of [${x?.shape}].`);
    return [{ dtype: x.dtype, shape: [batch, channels, height / factor, width / factor] }];
  },
};

export const resizeOp: Op = {
  type: 'Resize',
  domain: '',
  infer([x, , scales]) {
    const [batch, channels, height, width] = dims4(x);
    const data = scales?.source.kind === 'constant' ? scales.source.data : [];
    const [, , factorHeight, factorWidth] = data;
    if (!x || typeof factorHeight !== 'number' || typeof factorWidth !== 'number')
      throw shapeError('Resize needs scales.');
    return [{ dtype: x.dtype, shape: [batch, channels, height * factorHeight, width * factorWidth] }];
  },
};

export const depthToSpaceOp: Op = {
  type: 'DepthToSpace',
  domain: '',
  infer([x], { blocksize }) {
    const [batch, channels, height, width] = dims4(x);
    if (!x || typeof blocksize !== 'number' || channels % blocksize ** 2 !== 0)
      throw shapeError(`DepthToSpace by ${blocksize} of [${x?.shape}].`);
    return [{ dtype: x.dtype, shape: [batch, channels / blocksize ** 2, height * blocksize, width * blocksize] }];
  },
};

/** [N, m · m · C, H, W], position in the square before channel, → [N, C, m · H, m · W]: channels become squares of pixels. */
export const depthToSpace = (x: Value, edge: number): Value =>
  x.graph.single(depthToSpaceOp, [x], { blocksize: edge, mode: 'DCR' });

/** The mean of each factor × factor square. */
export const averagePool = (x: Value, factor: number): Value =>
  x.graph.single(averagePoolOp, [x], { kernel_shape: [factor, factor], strides: [factor, factor] });

/** Repeats each pixel factor × factor times: torch's `interpolate(mode="nearest")`. */
export const upsampleNearest = (x: Value, factor: number): Value =>
  x.graph.single(resizeOp, [x, undefined, x.graph.constant(Float32Array.of(1, 1, factor, factor))], {
    mode: 'nearest',
    coordinate_transformation_mode: 'asymmetric',
    nearest_mode: 'floor',
  });
