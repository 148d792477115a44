/** @file Which build of torch a machine needs, and the index that has it. */
import { LoraBridgeError } from '../../../errors/lora-bridge-error.js';
import { type NvidiaGpu, nvidiaGpus } from '../../nvidia.js';

/** `plain` is PyPI's: CUDA on Linux, the CPU on Windows, Metal on macOS. */
export const torchBuilds = ['cuda', 'cpu', 'plain'] as const;
export type TorchBuild = (typeof torchBuilds)[number];

/** PyTorch's package indexes, or a mirror. */
const indexes = (): string =>
  (process.env.LORA_BRIDGE_TORCH_INDEX || 'https://download.pytorch.org/whl').replace(/\/$/, '');

/** The CUDA that torch is built for in PyTorch's index, and the oldest driver that runs it (CUDA 13's release notes). */
const cuda = { folder: 'cu132', driver: 580 };

/** The address of a build's index; undefined for PyPI. */
export function torchIndex(build: TorchBuild): string | undefined {
  if (build === 'plain') return undefined;
  return `${indexes()}/${build === 'cuda' ? cuda.folder : 'cpu'}`;
}

/** Bytes that an installation takes, downloads included, rounded up from 6.0 GB and 1.6 GB. */
export const bytesNeeded: Readonly<Record<TorchBuild, number>> = { cuda: 9e9, cpu: 3e9, plain: 9e9 };

/**
 * The build for a machine: PyTorch's CUDA index where there is an NVIDIA GPU, PyPI on macOS, else PyTorch's index for CPUs.
 * @throws LoraBridgeError `resource.device.missing` when the GPU's driver is too old for it
 */
export function torchBuildFor(platform: NodeJS.Platform, gpus: readonly NvidiaGpu[]): TorchBuild {
  if (platform === 'darwin') return 'plain';
  const [first] = gpus;
  if (first === undefined) return 'cpu';
  const { driver } = first;
  if (driver === undefined || driver >= cuda.driver) return 'cuda';
  throw new LoraBridgeError('resource.device.missing', `The NVIDIA driver ${driver} is too old for this engine.`, {
    hint: `Update it to ${cuda.driver} or newer; or install for the CPU with \`--torch cpu\`.`,
  });
}

/** `torchBuildFor` this machine. */
export async function chooseTorchBuild(): Promise<TorchBuild> {
  return torchBuildFor(process.platform, await nvidiaGpus());
}
