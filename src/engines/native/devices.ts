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
import { probeWebgpu } from './webgpu/probe.js';

const require = createRequire(import.meta.url);

export interface DeviceStatus {
  readonly name: Device;
  readonly available: boolean;
  /** What is missing and what to do about it; for an available device, what it is. */
  readonly reason: string;
  /** It computes rightly, but not faster than the CPU: only used when it is requested by name. */
  readonly slow?: boolean;
}

/** Folder of the installed onnxruntime-node package. */
export function onnxruntimeFolder(): string {
  return dirname(require.resolve('onnxruntime-node/package.json'));
}

async function webgpu(): Promise<DeviceStatus> {
  const api = { win32: 'Direct3D 12', darwin: 'Metal' }[process.platform as string] ?? 'Vulkan';
  const hasNode = existsSync('/dev/dri') && readdirSync('/dev/dri').some((node) => node.startsWith('renderD'));
  if (process.platform === 'linux' && !hasNode)
    return { name: 'webgpu', available: false, reason: 'No graphics device for Vulkan (/dev/dri/renderD*) was found.' };
  const { state, reason } = await probeWebgpu();
  return { name: 'webgpu', available: state === 'fast', slow: state === 'slow', reason: `${api}: ${reason}` };
}

/** Every device, best first. @param gpus the NVIDIA GPUs, where they are known already */
export async function listDevices(gpus?: readonly NvidiaGpu[]): Promise<DeviceStatus[]> {
  const { platform, arch } = process;
  const found = { platform, arch, gpus: gpus ?? (await nvidiaGpus()), installation: await findCudaInstallation() };
  const cuda = checkCuda(found);
  return [{ name: 'cuda', ...cuda }, await webgpu(), { name: 'cpu', available: true, reason: 'always available' }];
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
  if (device?.available === true || device?.slow === true || ownDriver || ownLibrary) return requested;
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
