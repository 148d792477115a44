/** @file Which version of CUDA supports a GPU and its driver. */
import type { NvidiaGpu } from '../../nvidia.js';

/** Major versions of CUDA that ONNX Runtime is published for, best first. */
export const cudaVersions = ['13', '12'] as const;
export type CudaVersion = (typeof cudaVersions)[number];

/** Machines, as `process.platform` and `process.arch`, for which ONNX Runtime is built with CUDA. */
export const cudaMachines = ['linux-x64', 'win32-x64'] as const;
export type CudaMachine = (typeof cudaMachines)[number];

interface Requirements {
  /** Major version of the oldest driver: NVIDIA's CUDA release notes, "minor version compatibility". */
  readonly driver: number;
  /** Compute capabilities times ten that the provider has machine code for, read from its file. */
  readonly compiled: readonly number[];
  /** The compute capability times ten from which on the driver can compile the provider's PTX. */
  readonly translated?: number;
}

/** ONNX Runtime 1.30 was built for CUDA 13; the last release for CUDA 12 was 1.26. */
const requirements: Readonly<Record<CudaVersion, Readonly<Record<CudaMachine, Requirements>>>> = {
  '13': {
    'linux-x64': { driver: 580, compiled: [75, 80, 86, 89, 90, 120] },
    'win32-x64': { driver: 580, compiled: [75, 80, 86, 89, 90, 120] },
  },
  '12': {
    'linux-x64': { driver: 525, compiled: [60, 70, 75, 80, 86, 90], translated: 90 },
    'win32-x64': { driver: 528, compiled: [52, 61, 75, 86, 89], translated: 90 },
  },
};

/** This machine; undefined where ONNX Runtime has no CUDA build for it. */
export function cudaMachine(platform = process.platform, arch: string = process.arch): CudaMachine | undefined {
  return cudaMachines.find((machine) => machine === `${platform}-${arch}`);
}

/** Machine code runs on GPUs of the same major capability from its own on (CUDA programming guide, "binary compatibility"). */
function hasCode({ compiled, translated = Number.POSITIVE_INFINITY }: Requirements, capability: number): boolean {
  const runs = (code: number): boolean => Math.floor(code / 10) === Math.floor(capability / 10) && code <= capability;
  return compiled.some(runs) || capability >= translated;
}

/** Why a GPU cannot be used with a version of CUDA; undefined where it can. Whatever the driver does not report is assumed to be sufficient. */
export function cudaProblem(version: CudaVersion, machine: CudaMachine, gpu: NvidiaGpu): string | undefined {
  const needs = requirements[version][machine];
  const { name, driver, capability } = gpu;
  if (capability !== undefined && !hasCode(needs, capability))
    return `ONNX Runtime for CUDA ${version} does not support ${name} (compute capability ${(capability / 10).toFixed(1)}).`;
  if (driver !== undefined && driver < needs.driver)
    return `${name} has driver ${driver}; CUDA ${version} needs ${needs.driver} or newer: update the driver.`;
  return undefined;
}

/** The best version of CUDA for a GPU; undefined where none can be used. */
export function bestCudaVersion(machine: CudaMachine, gpu: NvidiaGpu): CudaVersion | undefined {
  return cudaVersions.find((version) => cudaProblem(version, machine, gpu) === undefined);
}
