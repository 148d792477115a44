/** @file Installs ONNX Runtime with CUDA into the data folder, updates and removes it. */
import { mkdir, readdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { asLoraBridgeError, LoraBridgeError } from '../../../errors/lora-bridge-error.js';
import { writeAtomically } from '../../../files/atomic.js';
import { requireSpace } from '../../../files/free-space.js';
import { replace } from '../../../files/replace.js';
import { homeAt } from '../../../store/home.js';
import { withInstallLock } from '../../install-lock.js';
import { fetchWheel } from '../../wheels/fetch-wheel.js';
import { unpackWheel } from '../../wheels/unpack.js';
import { type CudaMachine, type CudaVersion, cudaMachine, cudaMachines } from './cuda-version.js';
import type { LibraryWheel } from './library-wheel.js';
import { lockedWheels } from './locked-wheels.js';
import {
  type CudaRecord,
  type CudaRuntime,
  cudaFolder,
  findCudaRuntime,
  missingLibrary,
  wheelFolder,
} from './runtime-folder.js';

export interface CudaInstallListener {
  /** Bytes downloaded so far, and in total. */
  progress(done: number, total: number): void;
  /** The current step, to be shown to users. */
  line(line: string): void;
}

/** The disk space that the installation needs at most: all libraries, and the largest wheel while it is unpacked. */
function bytesToInstall(wheels: readonly LibraryWheel[]): number {
  const unpacked = wheels.flatMap(({ libraries }) => Object.values(libraries)).reduce((sum, bytes) => sum + bytes, 0);
  return unpacked + Math.max(0, ...wheels.map(({ bytes }) => bytes));
}

/** This machine. @throws LoraBridgeError `input.option.unsupported` where ONNX Runtime is not built with CUDA for it */
export function requireCudaMachine(): CudaMachine {
  const machine = cudaMachine();
  if (machine !== undefined) return machine;
  const here = `${process.platform}-${process.arch}`;
  throw new LoraBridgeError('input.option.unsupported', `ONNX Runtime has no CUDA for ${here}.`, {
    hint: `It is built for ${cudaMachines.join(' and ')}. Use --device webgpu or cpu.`,
  });
}

/**
 * Installs the libraries for a version of CUDA, or those that are missing. Each wheel is downloaded, unpacked into a
 * temporary folder and then renamed, so that an interrupted installation is never mistaken for a complete one, and can be resumed.
 * @throws LoraBridgeError `state.engine.busy`, `resource.disk.full`, `resource.download.*`, `input.option.unsupported`
 */
export async function installCuda(
  cuda: CudaVersion,
  listener: CudaInstallListener,
  engines = homeAt().engines,
): Promise<CudaRuntime> {
  const wheels = lockedWheels[cuda][requireCudaMachine()];
  return await withInstallLock(engines, 'cuda', async () => {
    const folder = cudaFolder(engines);
    await mkdir(folder, { recursive: true });
    const missing: LibraryWheel[] = [];
    for (const wheel of wheels) if ((await missingLibrary(folder, wheel)) !== undefined) missing.push(wheel);
    await requireSpace(folder, bytesToInstall(missing), `CUDA ${cuda}`);
    await fetchAll(folder, missing, listener);
    const record: CudaRecord = { cuda, installedAt: new Date().toISOString() };
    await writeAtomically(join(folder, 'installed.json'), `${JSON.stringify(record, undefined, 2)}\n`);
    await removeOthers(folder, wheels);
    const runtime = await findCudaRuntime(engines);
    if (runtime !== undefined) return runtime;
    throw new LoraBridgeError('resource.engine.broken', `Files are disappearing from ${folder}.`, {
      file: folder,
      hint: 'Check whether antivirus software has quarantined one of the libraries.',
    });
  });
}

async function fetchAll(folder: string, wheels: readonly LibraryWheel[], listener: CudaInstallListener): Promise<void> {
  const total = wheels.reduce((sum, { bytes }) => sum + bytes, 0);
  let fetched = 0;
  for (const wheel of wheels) {
    listener.line(`${wheel.distribution} ${wheel.version}`);
    const archive = await fetchWheel(wheel, folder, (done) => listener.progress(fetched + done, total));
    fetched += wheel.bytes;
    const place = wheelFolder(folder, wheel);
    const fresh = `${place}.new`;
    await rm(fresh, { recursive: true, force: true });
    await mkdir(fresh);
    await unpackWheel(archive, wheel.libraries, fresh).catch(async (error: unknown) => {
      await rm(fresh, { recursive: true, force: true });
      // Otherwise every further attempt would use the damaged file.
      if (error instanceof LoraBridgeError && error.code === 'resource.download.damaged') await rm(archive);
      throw error;
    });
    await removeLibraries(place);
    await replace(fresh, place);
    await rm(archive);
  }
}

/** Deletes a folder of libraries. Windows refuses that while a process has one of them loaded. */
async function removeLibraries(folder: string): Promise<void> {
  try {
    await rm(folder, { recursive: true, force: true, maxRetries: 9, retryDelay: 100 });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (process.platform !== 'win32' || !['EPERM', 'EACCES', 'EBUSY', 'ENOTEMPTY'].includes(code ?? ''))
      throw asLoraBridgeError(error, folder);
    throw new LoraBridgeError('state.engine.busy', `A program is using the libraries in ${folder}.`, {
      file: folder,
      cause: error,
      hint: 'Stop all trainings and the daemon (`lora-bridge daemon stop`), then run this again.',
    });
  }
}

/** Deletes other versions. Files in use stay until the next installation. */
async function removeOthers(folder: string, wheels: readonly LibraryWheel[]): Promise<void> {
  const kept = new Set([...wheels.map((wheel) => basename(wheelFolder(folder, wheel))), 'installed.json']);
  for (const name of await readdir(folder))
    if (!kept.has(name)) await rm(join(folder, name), { recursive: true, force: true }).catch(() => undefined);
}

/** Deletes everything that was installed and downloaded. @throws LoraBridgeError `state.engine.busy` */
export async function removeCuda(engines = homeAt().engines): Promise<void> {
  await withInstallLock(engines, 'cuda', async () => {
    const folder = cudaFolder(engines);
    await rm(join(folder, 'installed.json'), { force: true });
    await removeLibraries(folder);
  });
}
