/** @file Which devices the native engine can use on this machine, and why it cannot use the others. */
import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { LoraBridgeError } from '../../errors/lora-bridge-error.js';
import { nvidiaGpus } from '../nvidia.js';

const run = promisify(execFile);
const require = createRequire(import.meta.url);

export type DeviceName = 'cpu' | 'cuda' | 'webgpu';

export interface Device {
  readonly name: DeviceName;
  readonly available: boolean;
  /** What is missing and what to do about it; for an available device, what it is. */
  readonly reason: string;
}

/** Folder of the installed onnxruntime-node package. */
export function onnxruntimeFolder(): string {
  return dirname(require.resolve('onnxruntime-node/package.json'));
}

/** Libraries of CUDA 12 and cuDNN 9 that ONNX Runtime's CUDA provider loads. */
const cudaLibraries = ['libcudart.so.12', 'libcublas.so.12', 'libcublasLt.so.12', 'libcufft.so.11', 'libcudnn.so.9'];

async function missingCudaLibraries(): Promise<string[]> {
  const { stdout } = await run('ldconfig', ['-p']).catch(() => ({ stdout: '' }));
  const folders = (process.env.LD_LIBRARY_PATH ?? '').split(':').filter(Boolean);
  return cudaLibraries.filter(
    (library) => !stdout.includes(library) && !folders.some((folder) => existsSync(join(folder, library))),
  );
}

async function cuda(): Promise<Device> {
  const missing = (reason: string): Device => ({ name: 'cuda', available: false, reason });
  if (process.platform === 'darwin') return missing('macOS has no CUDA; use webgpu.');
  if (process.platform === 'win32') {
    return missing('onnxruntime-node has no CUDA on Windows; use WSL2, or webgpu, which needs nothing installed.');
  }
  if (process.arch !== 'x64') return missing(`onnxruntime-node has no CUDA for ${process.arch}.`);
  const [name] = await nvidiaGpus();
  if (name === undefined)
    return missing('No NVIDIA driver answers (nvidia-smi). Install the driver, or use another device.');
  const provider = join(onnxruntimeFolder(), 'bin', 'napi-v6', 'linux', 'x64', 'libonnxruntime_providers_cuda.so');
  if (!existsSync(provider)) {
    return missing(`${name} is there, ONNX Runtime's CUDA provider is not: run \`lora-bridge engine install cuda\`.`);
  }
  const libraries = await missingCudaLibraries();
  if (libraries.length > 0) {
    return missing(
      `${name} is there, but these libraries are not: ${libraries.join(', ')}. Install CUDA 12 and cuDNN 9.`,
    );
  }
  return { name: 'cuda', available: true, reason: name };
}

function webgpu(): Device {
  if (process.platform !== 'linux') return { name: 'webgpu', available: true, reason: 'Direct3D 12 or Metal' };
  const gpu = existsSync('/dev/dri') && readdirSync('/dev/dri').some((node) => node.startsWith('renderD'));
  if (gpu) return { name: 'webgpu', available: true, reason: 'Vulkan' };
  return { name: 'webgpu', available: false, reason: 'No graphics device (/dev/dri/renderD*) is there for Vulkan.' };
}

/** Every device, best first. */
export async function listDevices(): Promise<Device[]> {
  return [await cuda(), webgpu(), { name: 'cpu', available: true, reason: 'always there' }];
}

/**
 * The device that an option asks for; `auto` is the best available one.
 * @throws LoraBridgeError `resource.device.missing` when a device asked for by name cannot be used. WebGPU is only refused
 * for lack of a device node when nothing names a Vulkan driver of its own.
 */
export function pickDevice(wanted: 'auto' | DeviceName, devices: readonly Device[]): DeviceName {
  if (wanted === 'cpu') return 'cpu';
  if (wanted === 'auto') return devices.find((device) => device.available)?.name ?? 'cpu';
  const device = devices.find(({ name }) => name === wanted);
  const ownDriver = wanted === 'webgpu' && (process.env.VK_ICD_FILENAMES ?? process.env.VK_DRIVER_FILES) !== undefined;
  if (device?.available === true || ownDriver) return wanted;
  throw new LoraBridgeError('resource.device.missing', `The device ${wanted} cannot be used: ${device?.reason}`, {
    hint: 'Choose --device auto or cpu; `lora-bridge doctor` lists what is there.',
  });
}

/** What `pickDevice` picks on this machine. */
export async function chooseDevice(wanted: 'auto' | DeviceName): Promise<DeviceName> {
  return wanted === 'cpu' ? wanted : pickDevice(wanted, await listDevices());
}
