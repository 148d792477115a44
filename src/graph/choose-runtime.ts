/** @file Which runtime is used. */
import { delimiter } from 'node:path';
import type { Device, Runtime, RuntimeLibrary } from './runtime/runtime.js';

/**
 * The library that `LORA_BRIDGE_ONNXRUNTIME` names: its path, then those of libraries to load before it, separated as in PATH. It runs
 * all graphs except on WebGPU, on CPUs too: to try out a build, and to run the tests through the C API.
 */
export function ownRuntime(env = process.env): RuntimeLibrary | undefined {
  const [library, ...preload] = (env.LORA_BRIDGE_ONNXRUNTIME ?? '').split(delimiter);
  return library ? { library, preload } : undefined;
}

/** Libraries stay loaded as long as the process lives. */
const loaded = new Map<string, Promise<Runtime>>();

/** The runtime for a device: the given library, else the embedded one. */
export async function runtimeFor(device: Device, given?: RuntimeLibrary): Promise<Runtime> {
  const library = ownRuntime() ?? given;
  // Each is imported only where it is used: two builds of ONNX Runtime in one process would share some of their variables.
  if (library === undefined || device === 'webgpu') return (await import('./runtime/node-runtime.js')).nodeRuntime;
  const known = loaded.get(library.library);
  if (known !== undefined) return await known;
  const runtime = import('./runtime/c-api/c-api-runtime.js').then(({ CApiRuntime }) => CApiRuntime.load(library));
  loaded.set(library.library, runtime);
  return await runtime;
}
