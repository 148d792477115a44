/** @file How much of the attention probabilities is computed at once: what a device's memory and caches are good for. */
import type { Precision } from './dtype.js';
import type { Device } from './runtime/runtime.js';

export interface AttentionBlock {
  /** Probabilities at once. */
  readonly numbers: number;
  /** Several heads are one stack of matrices. Else they are computed one after the other, each as plain matrices. */
  readonly stacked: boolean;
}

/**
 * MiB of one block. A CPU's stays in its cache: smaller ones are no faster, and each costs nodes, which cost loading time. On a GPU
 * every node is a kernel to be started, so few and large ones are best; about three blocks live at once. 256 MiB are all heads of
 * the first level of Stable Diffusion 1.5 at 512 px in 16 bits. WebGPU binds no more than 128 MiB at once on many machines.
 */
const mebibytes: Readonly<Record<Device, number>> = { cpu: 8, cuda: 256, webgpu: 64 };

export function attentionBlock(device: Device = 'cpu', precision: Precision = 'fp32'): AttentionBlock {
  const bytes = device === 'cpu' || precision === 'fp32' ? 4 : 2;
  return { numbers: (mebibytes[device] * 2 ** 20) / bytes, stacked: device !== 'cpu' };
}
