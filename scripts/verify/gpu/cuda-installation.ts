/**
 * @file Makes what `engine install cuda` would: the data folder's libraries, from the kit's ONNX Runtime and from the NVIDIA wheels that
 * came with PyTorch, by links. So the kit need not carry them, and the product finds and checks them as it always does.
 */
import { existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, delimiter, join } from 'node:path';
import { lockedWheels } from '../../../src/engines/native/cuda/locked-wheels.js';
import {
  type CudaRecord,
  cudaFolder,
  findCudaInstallation,
  wheelFolder,
} from '../../../src/engines/native/cuda/runtime-folder.js';
import { kitFolder } from './kit.js';

const runtimeFolder = join(kitFolder, 'onnxruntime');

export interface LinkedCuda {
  /** What is missing or not as the product needs it; undefined where all is well. */
  readonly wrong: string | undefined;
  /** What LORA_BRIDGE_ONNXRUNTIME has to name for the product to use these libraries all the same. */
  readonly byName: string;
}

/** Undefined where the kit was packed without ONNX Runtime for CUDA. @param sites folders of Python's packages */
export async function linkCuda(engines: string, sites: readonly string[]): Promise<LinkedCuda | undefined> {
  if (!existsSync(runtimeFolder)) return undefined;
  const folder = cudaFolder(engines);
  rmSync(folder, { recursive: true, force: true });
  const linked: string[] = [];
  for (const wheel of lockedWheels['13']['linux-x64']) {
    const place = wheelFolder(folder, wheel);
    mkdirSync(place, { recursive: true });
    for (const library of Object.keys(wheel.libraries)) {
      const candidates = [join(runtimeFolder, basename(library)), ...sites.map((site) => join(site, library))];
      const found = candidates.find((file) => existsSync(file));
      if (found === undefined) continue;
      symlinkSync(found, join(place, basename(library)));
      linked.push(found);
    }
  }
  const record: CudaRecord = { cuda: '13', installedAt: new Date().toISOString() };
  writeFileSync(join(folder, 'installed.json'), JSON.stringify(record));
  const installation = await findCudaInstallation(engines);
  const isProvider = (file: string): boolean => basename(file).startsWith('libonnxruntime');
  // The runtime is last in its wheel.
  const byName = [linked.at(-1), ...linked.filter((file) => !isProvider(file))].join(delimiter);
  const wrong = {
    complete: undefined,
    absent: 'It was not found.',
    broken: 'reason' in installation ? installation.reason : '',
  };
  return { wrong: wrong[installation.state], byName };
}

/**
 * A folder in which onnxruntime-node finds that runtime instead of its own, when LD_LIBRARY_PATH names it; undefined where the kit has
 * none. Its own has WebGPU, this one CUDA.
 */
export function embeddedCuda(work: string): string | undefined {
  if (!existsSync(runtimeFolder)) return undefined;
  const folder = join(work, 'onnxruntime-node-cuda');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const own = ['libonnxruntime_providers_cuda.so', 'libonnxruntime_providers_shared.so'];
  for (const name of own) symlinkSync(join(runtimeFolder, name), join(folder, name));
  const wheel = lockedWheels['13']['linux-x64'].find(({ distribution }) => distribution === 'onnxruntime-gpu');
  // The binding asks for the library by this name.
  symlinkSync(join(runtimeFolder, `libonnxruntime.so.${wheel?.version}`), join(folder, 'libonnxruntime.so.1'));
  return folder;
}
