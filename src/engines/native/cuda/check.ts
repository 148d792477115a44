/** @file Whether the native engine can use CUDA on a machine; if not, why, and what to do about it. */
import type { NvidiaGpu } from '../../nvidia.js';
import { bestCudaVersion, cudaMachine, cudaProblem } from './cuda-version.js';
import type { CudaInstallation } from './runtime-folder.js';

/** What was found on a machine. */
export interface CudaFindings {
  readonly platform: NodeJS.Platform;
  readonly arch: string;
  /** Empty when no driver answers. */
  readonly gpus: readonly NvidiaGpu[];
  readonly installation: CudaInstallation;
}

export interface Availability {
  readonly available: boolean;
  /** What is missing and what to do about it; for an available device, what it is. */
  readonly reason: string;
}

const no = (reason: string): Availability => ({ available: false, reason });

/** Whether CUDA can be used on such a machine. ONNX Runtime computes on the first GPU. */
export function checkCuda({ platform, arch, gpus, installation }: CudaFindings): Availability {
  if (platform === 'darwin') return no('macOS has no CUDA; use webgpu.');
  const machine = cudaMachine(platform, arch);
  if (machine === undefined) return no(`ONNX Runtime has no CUDA for ${platform} ${arch}.`);
  const [gpu] = gpus;
  if (gpu === undefined)
    return no(
      'No NVIDIA driver was found (nvidia-smi). Install the driver (on WSL2: in Windows), or use another device.',
    );
  const best = bestCudaVersion(machine, gpu);
  if (best === undefined) return no(cudaProblem('12', machine, gpu) ?? 'No supported CUDA version fits.');
  if (installation.state === 'absent')
    return no(
      `${gpu.name} was found, but the CUDA libraries are not installed: run \`lora-bridge engine install cuda\`.`,
    );
  if (installation.state === 'broken')
    return no(`${installation.reason} Repair it with \`lora-bridge engine update cuda\`.`);
  const { cuda, version } = installation.runtime;
  const problem = cudaProblem(cuda, machine, gpu);
  if (problem !== undefined) return no(`${problem} CUDA ${best} works: run \`lora-bridge engine update cuda\`.`);
  const driver = gpu.driver === undefined ? '' : `, driver ${gpu.driver}`;
  return { available: true, reason: `${gpu.name}${driver}, CUDA ${cuda} (ONNX Runtime ${version})` };
}
