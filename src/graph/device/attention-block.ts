/** @file How many attention probabilities are computed at a time, to fit a device's memory and caches. */
import type { Precision } from '../ir/dtype.js';
import type { Device } from '../runtime/runtime.js';

export interface AttentionBlock {
  /** Probabilities per block. */
  readonly elements: number;
  /** Whether several heads are computed as one batch of matrices, instead of one matrix after the other. */
  readonly stacked: boolean;
}

/**
 * MiB per block. On a CPU it fits the cache: smaller blocks are no faster, and each adds nodes, which add loading time. On a GPU every
 * node is a kernel launch, so few large blocks are best; about three are alive at a time. 256 MiB hold all heads of the first level
 * of Stable Diffusion 1.5 at 512 px in 16 bits. Many WebGPU devices bind at most 128 MiB per buffer.
 */
const mebibytes: Readonly<Record<Device, number>> = { cpu: 8, cuda: 256, webgpu: 64 };

/** The block size for a device and precision; a CPU computes in 32 bits either way. */
export function attentionBlock(device: Device = 'cpu', precision: Precision = 'fp32'): AttentionBlock {
  const bytes = device === 'cpu' || precision === 'fp32' ? 4 : 2;
  return { elements: (mebibytes[device] * 2 ** 20) / bytes, stacked: device !== 'cpu' };
}
