/** @file Whether CUDA can be used here, and if not, why not and what to do about it. */
import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { nvidiaDriver, nvidiaGpus } from '../nvidia.js';

const run = promisify(execFile);

/** Libraries of CUDA 12 and cuDNN 9 that ONNX Runtime's CUDA provider loads. */
const libraries = ['libcudart.so.12', 'libcublas.so.12', 'libcublasLt.so.12', 'libcufft.so.11', 'libcudnn.so.9'];

/** NVIDIA's CUDA 12 release notes: the oldest driver of Linux that runs it. */
const oldestDriver = 525;

/** What was found on a machine. */
export interface CudaFindings {
  readonly platform: NodeJS.Platform;
  readonly arch: string;
  /** Name of the first GPU; undefined when no driver answers. */
  readonly gpu: string | undefined;
  /** Major version of the driver. */
  readonly driver: number | undefined;
  /** ONNX Runtime's CUDA provider is installed. */
  readonly hasProvider: boolean;
  /** Names of all libraries that can be loaded. */
  readonly loadable: readonly string[];
}

export interface CudaVerdict {
  readonly available: boolean;
  /** What is missing and what to do about it; for an available device, what it is. */
  readonly reason: string;
}

const no = (reason: string): CudaVerdict => ({ available: false, reason });

/** Says whether CUDA can be used on such a machine. */
export function judgeCuda({ platform, arch, gpu, driver, hasProvider, loadable }: CudaFindings): CudaVerdict {
  if (platform === 'darwin') return no('macOS has no CUDA; use webgpu.');
  if (platform === 'win32')
    return no(
      'onnxruntime-node has no CUDA on Windows; use webgpu, which needs nothing installed, the diffusers engine, or WSL2.',
    );
  if (platform !== 'linux' || arch !== 'x64') return no(`onnxruntime-node has no CUDA for ${platform} ${arch}.`);
  if (gpu === undefined)
    return no(
      'No NVIDIA driver answers (nvidia-smi). Install the driver (on WSL2: in Windows), or use another device.',
    );
  if (driver !== undefined && driver < oldestDriver)
    return no(`${gpu} has the driver ${driver}; CUDA 12 needs ${oldestDriver} or newer: update the driver.`);
  if (!hasProvider)
    return no(`${gpu} is there, ONNX Runtime's CUDA provider is not: run \`lora-bridge engine install cuda\`.`);
  const missing = libraries.filter((library) => !loadable.includes(library));
  if (missing.length === 0) return { available: true, reason: driver === undefined ? gpu : `${gpu}, driver ${driver}` };
  const other = loadable
    .map((name) => /^libcudart\.so\.(\d+)/.exec(name)?.[1])
    .find((version) => version !== undefined && version !== '12');
  const instead =
    other === undefined ? '' : ` CUDA ${other} is there, but ONNX Runtime needs 12, which can stand beside it.`;
  return no(
    `${gpu} is there, but these libraries are not: ${missing.join(', ')}.${instead} Install CUDA 12 and cuDNN 9, or name their folder in LD_LIBRARY_PATH.`,
  );
}

async function loadableLibraries(): Promise<string[]> {
  const { stdout } = await run('ldconfig', ['-p']).catch(() => ({ stdout: '' }));
  const known = [...stdout.matchAll(/^\s*(\S+\.so[.\d]*)/gm)].map(([, name]) => name ?? '');
  const folders = (process.env.LD_LIBRARY_PATH ?? '')
    .split(':')
    .filter((folder) => folder !== '' && existsSync(folder));
  return [...known, ...folders.flatMap((folder) => readdirSync(folder))];
}

/** Looks at this machine. @param runtime folder of the onnxruntime-node package */
export async function findCuda(runtime: string): Promise<CudaFindings> {
  const provider = join(runtime, 'bin', 'napi-v6', 'linux', 'x64', 'libonnxruntime_providers_cuda.so');
  const isLinux = process.platform === 'linux';
  return {
    platform: process.platform,
    arch: process.arch,
    gpu: isLinux ? (await nvidiaGpus())[0] : undefined,
    driver: isLinux ? await nvidiaDriver() : undefined,
    hasProvider: existsSync(provider),
    loadable: isLinux ? await loadableLibraries() : [],
  };
}
