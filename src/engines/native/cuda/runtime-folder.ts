/** @file Where `engine install cuda` puts ONNX Runtime with CUDA, and whether the installation is complete. */
import { readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { homeAt } from '../../../store/home.js';
import { type CudaVersion, cudaMachine, cudaVersions } from './cuda-version.js';
import type { LibraryWheel } from './library-wheel.js';
import { lockedWheels } from './locked-wheels.js';

/** ONNX Runtime with its CUDA provider, and everything that the provider needs except the driver. */
export interface CudaRuntime {
  readonly cuda: CudaVersion;
  /** Version of ONNX Runtime. Its C API is that of the same number: 1.26 has version 26 and all below. */
  readonly version: string;
  /** Path of ONNX Runtime's C library; its providers are in the same folder. */
  readonly library: string;
  /**
   * Paths of NVIDIA's libraries, in the order in which they are to be loaded before a session on CUDA is opened. Once loaded, the
   * libraries find each other by name, so that neither LD_LIBRARY_PATH nor PATH is needed.
   */
  readonly preload: readonly string[];
}

/** What is installed. `broken`: files are missing, or it was made by another version of this program. */
export type CudaInstallation =
  | { readonly state: 'absent' }
  | { readonly state: 'broken'; readonly cuda: CudaVersion; readonly reason: string }
  | { readonly state: 'complete'; readonly runtime: CudaRuntime };

/** `installed.json`: written when everything else is in place. */
const record = z.object({ cuda: z.enum(cudaVersions), installedAt: z.string() });
export type CudaRecord = z.output<typeof record>;

async function readRecord(folder: string): Promise<CudaRecord | undefined> {
  try {
    return record.parse(JSON.parse(await readFile(join(folder, 'installed.json'), 'utf8')));
  } catch {
    return undefined;
  }
}

/** Folder of the installation, in the folder of all engines. */
export function cudaFolder(engines = homeAt().engines): string {
  return join(engines, 'cuda');
}

/** Folder of a wheel's libraries. */
export function wheelFolder(folder: string, { distribution, version }: LibraryWheel): string {
  return join(folder, `${distribution}-${version}`);
}

/** The first library of a wheel that is missing or has the wrong size; undefined when all are complete. */
export async function missingLibrary(folder: string, wheel: LibraryWheel): Promise<string | undefined> {
  for (const [name, bytes] of Object.entries(wheel.libraries)) {
    const file = join(wheelFolder(folder, wheel), basename(name));
    if ((await stat(file).catch(() => undefined))?.size !== bytes) return file;
  }
  return undefined;
}

/** What is installed. */
export async function findCudaInstallation(engines = homeAt().engines): Promise<CudaInstallation> {
  const folder = cudaFolder(engines);
  const machine = cudaMachine();
  const installed = await readRecord(folder);
  if (machine === undefined || installed === undefined) return { state: 'absent' };
  const { cuda } = installed;
  const wheels = lockedWheels[cuda][machine];
  for (const wheel of wheels) {
    const missing = await missingLibrary(folder, wheel);
    if (missing !== undefined) return { state: 'broken', cuda, reason: `${missing} is missing or has the wrong size.` };
  }
  const files = wheels.flatMap((wheel) =>
    Object.keys(wheel.libraries).map((name) => join(wheelFolder(folder, wheel), basename(name))),
  );
  const library = files.at(-1);
  const version = wheels.at(-1)?.version;
  if (library === undefined || version === undefined) return { state: 'absent' };
  const preload = files.filter((file) => !basename(file).includes('onnxruntime'));
  return { state: 'complete', runtime: { cuda, version, library, preload } };
}

/** The installed runtime; undefined when there is none, or it is incomplete. */
export async function findCudaRuntime(engines = homeAt().engines): Promise<CudaRuntime | undefined> {
  const installation = await findCudaInstallation(engines);
  return installation.state === 'complete' ? installation.runtime : undefined;
}
