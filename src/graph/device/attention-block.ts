/** @file How much of the attention probabilities is computed at once, to suit a device's memory and caches. */
import type { Precision } from '../ir/dtype.js';
import type { Device } from '../runtime/runtime.js';

export interface AttentionBlock {
  /** How many probabilities at once. */
  readonly elements: number;
  /** Whether several heads are computed as one stack of matrices, instead of one after the other as plain matrices. */
  readonly stacked: boolean;
}

/**
 * MiB of one block. A CPU's stays in its cache: smaller ones are no faster, and each costs nodes, which cost loading time. On a GPU
 * every node is a kernel to be started, so few and large ones are best; about three blocks live at once. 256 MiB are all heads of
 * the first level of Stable Diffusion 1.5 at 512 px in 16 bits. WebGPU binds no more than 128 MiB at once on many machines.
 */
const mebibytes: Readonly<Record<Device, number>> = { cpu: 8, cuda: 256, webgpu: 64 };

/** The block for a device, of numbers in 16 or 32 bits; a CPU computes in 32 either way. */
export function attentionBlock(device: Device = 'cpu', precision: Precision = 'fp32'): AttentionBlock {
  const bytes = device === 'cpu' || precision === 'fp32' ? 4 : 2;
  return { elements: (mebibytes[device] * 2 ** 20) / bytes, stacked: device !== 'cpu' };
}
