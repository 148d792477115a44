/** @file Which devices the native engine can use on this machine, and why it cannot use the others. */
import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { LoraBridgeError } from '../../errors/lora-bridge-error.js';
import { type CompileOptions, ownRuntime } from '../../graph/index.js';
import type { Device } from '../../protocol/train-options.js';
import { type NvidiaGpu, nvidiaGpus } from '../nvidia.js';
import { checkCuda } from './cuda/check.js';
import { findCudaInstallation, findCudaRuntime } from './cuda/runtime-folder.js';

const require = createRequire(import.meta.url);

export interface DeviceStatus {
  readonly name: Device;
  readonly available: boolean;
  /** What is missing and what to do about it; for an available device, what it is. */
  readonly reason: string;
}

/** Folder of the installed onnxruntime-node package. */
export function onnxruntimeFolder(): string {
  return dirname(require.resolve('onnxruntime-node/package.json'));
}

function webgpu(): DeviceStatus {
  if (process.platform !== 'linux') return { name: 'webgpu', available: true, reason: 'Direct3D 12 or Metal' };
  const gpu = existsSync('/dev/dri') && readdirSync('/dev/dri').some((node) => node.startsWith('renderD'));
  if (gpu) return { name: 'webgpu', available: true, reason: 'Vulkan' };
  return { name: 'webgpu', available: false, reason: 'No graphics device for Vulkan (/dev/dri/renderD*) was found.' };
}

/** Every device, best first. @param gpus the NVIDIA GPUs, where they are known already */
export async function listDevices(gpus?: readonly NvidiaGpu[]): Promise<DeviceStatus[]> {
  const { platform, arch } = process;
  const found = { platform, arch, gpus: gpus ?? (await nvidiaGpus()), installation: await findCudaInstallation() };
  const cuda = checkCuda(found);
  return [{ name: 'cuda', ...cuda }, webgpu(), { name: 'cpu', available: true, reason: 'always available' }];
}

/**
 * The requested device; `auto` is the best available one.
 * @throws LoraBridgeError `resource.device.missing` when a device that was requested by name cannot be used. WebGPU without a device
 * node is accepted where VK_DRIVER_FILES names a Vulkan driver, CUDA where LORA_BRIDGE_ONNXRUNTIME names an ONNX Runtime.
 */
export function pickDevice(requested: 'auto' | Device, devices: readonly DeviceStatus[]): Device {
  if (requested === 'cpu') return 'cpu';
  if (requested === 'auto') return devices.find((device) => device.available)?.name ?? 'cpu';
  const device = devices.find(({ name }) => name === requested);
  const ownDriver =
    requested === 'webgpu' && (process.env.VK_ICD_FILENAMES ?? process.env.VK_DRIVER_FILES) !== undefined;
  const ownLibrary = requested === 'cuda' && ownRuntime() !== undefined;
  if (device?.available === true || ownDriver || ownLibrary) return requested;
  throw new LoraBridgeError('resource.device.missing', `The device ${requested} cannot be used: ${device?.reason}`, {
    hint: 'Choose --device auto or cpu; `lora-bridge doctor` lists the available devices.',
  });
}

/** The device that `pickDevice` picks on this machine; for CUDA with the ONNX Runtime that is installed for it. */
export async function chooseDevice(requested: 'auto' | Device): Promise<Pick<CompileOptions, 'device' | 'runtime'>> {
  const device = requested === 'cpu' ? requested : pickDevice(requested, await listDevices());
  const runtime = device === 'cuda' ? await findCudaRuntime() : undefined;
  return { device, ...(runtime && { runtime }) };
}
