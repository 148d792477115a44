/** @file Which engine trains a job, and on which device: what was requested, and what this machine has. */
import { LoraBridgeError } from '../errors/lora-bridge-error.js';
import type { Device, TrainOptions } from '../protocol/train-options.js';
import { type DiffusersEnvironment, findEnvironment } from './diffusers/environment.js';
import { type DeviceStatus, listDevices, pickDevice } from './native/devices.js';
import { nvidiaGpus } from './nvidia.js';
import { choosePrecision, type PrecisionChoice } from './precision.js';
import type { EngineName, TrainableBase } from './trainable-base.js';

export interface EngineChoice {
  readonly engine: EngineName;
  readonly device: Device;
  /** Indices of the GPUs, or on a CPU of the processes, where `--gpus` is given. */
  readonly gpus?: readonly number[];
  readonly precision: PrecisionChoice;
  /** Why this engine and device, to be shown to users. */
  readonly reason: string;
}

/** What the engine is chosen from. */
export interface Hardware {
  /** What the native engine can use, best first. */
  readonly devices: readonly DeviceStatus[];
  readonly diffusers: DiffusersEnvironment;
  /** Names of the NVIDIA GPUs. */
  readonly gpus: readonly string[];
}

export type EngineRequest = Pick<TrainOptions, 'engine' | 'device' | 'gpus' | 'nodes'> &
  Partial<Pick<TrainOptions, 'precision'>>;

export const defaultRequest: EngineRequest = { engine: 'auto', device: 'auto' };

/** What the choice needs to know of a base model. */
export type BaseToTrain = Pick<TrainableBase, 'engines' | 'title'>;

/** A base model that every engine trains. */
export const anyBase: BaseToTrain = { engines: ['native', 'diffusers'], title: 'Stable Diffusion' };

/** The devices and engines of this machine. */
export async function detectHardware(): Promise<Hardware> {
  const gpus = await nvidiaGpus();
  const [devices, diffusers] = await Promise.all([listDevices(gpus), findEnvironment()]);
  return { devices, diffusers, gpus: gpus.map(({ name }) => name) };
}

/**
 * The engine for a job. `auto` is native CUDA, else diffusers with CUDA where installed, else native WebGPU, else native CPU.
 * @throws LoraBridgeError `input.option.unsupported` (not supported by the requested engine), `resource.engine.missing`,
 * `resource.engine.broken`, `resource.device.missing`
 */
export function chooseEngine(request: EngineRequest, hardware: Hardware, base: BaseToTrain = anyBase): EngineChoice {
  const [only, ...others] = base.engines;
  const requested = request.engine === 'auto' ? undefined : request.engine;
  if (requested !== undefined && !base.engines.includes(requested)) {
    const message = `The ${requested} engine cannot train this base model (${base.title}).`;
    throw new LoraBridgeError('input.option.unsupported', message, {
      hint: `Use --engine ${only}.`,
    });
  }
  const sole = others.length === 0 ? only : undefined;
  const onlyDiffusers = forDiffusersOnly(request);
  if (request.engine === 'diffusers') return useDiffusers(request, hardware, 'as requested');
  if ((request.engine === 'native' || sole === 'native') && onlyDiffusers !== undefined) {
    throw new LoraBridgeError('input.option.unsupported', `The native engine does not support ${onlyDiffusers}.`, {
      hint:
        sole === 'native'
          ? `Only the native engine trains ${base.title}: remove ${onlyDiffusers}.`
          : `Use --engine diffusers, or remove ${onlyDiffusers}.`,
    });
  }
  if (request.engine === 'native') return useNative(request, hardware, 'as requested');
  if (sole === 'diffusers') return useDiffusers(request, hardware, `only it trains ${base.title}`);
  if (sole === 'native') return useNative(request, hardware, 'only it trains single files');
  if (onlyDiffusers !== undefined) return useDiffusers(request, hardware, `only it supports ${onlyDiffusers}`);
  if (request.device === 'cpu' || request.device === 'webgpu')
    return useNative(request, hardware, `it is best at ${request.device}`);
  const cuda = hardware.devices.find(({ name }) => name === 'cuda');
  if (cuda?.available) return useNative({ ...request, device: 'cuda' }, hardware, 'it has CUDA');
  if (cudaOf(hardware))
    return useDiffusers({ ...request, device: 'cuda' }, hardware, 'it has CUDA, the native engine does not');
  // Users with a GPU should see why it is not used.
  const hindrance = hardware.gpus.length > 0 ? cuda?.reason.replace(/\.$/, '') : undefined;
  return useNative(request, hardware, hindrance ?? 'no engine can use CUDA here');
}

/** The option that the native engine does not support, if one was given. */
function forDiffusersOnly({ gpus, nodes, precision }: EngineRequest): string | undefined {
  if (gpus !== undefined) return '--gpus';
  if (nodes !== undefined) return '--nodes';
  return precision === 'bf16' ? '--precision bf16' : undefined;
}

/** Whether diffusers can use CUDA here. */
function cudaOf({ diffusers, gpus }: Hardware): boolean {
  return diffusers.usable && diffusers.cuda !== undefined && gpus.length > 0;
}

function useNative({ device, precision = 'auto' }: EngineRequest, { devices }: Hardware, reason: string): EngineChoice {
  const name = pickDevice(device, devices);
  return {
    engine: 'native',
    device: name,
    precision: choosePrecision(precision, 'native', name),
    reason: `${reason}; ${devices.find((known) => known.name === name)?.reason}`,
  };
}

function useDiffusers(request: EngineRequest, hardware: Hardware, reason: string): EngineChoice {
  const device = diffusersDevice(request, hardware);
  const indices = gpuIndices(request, device, hardware);
  const gpus = indices === undefined ? {} : { gpus: indices };
  const where = device === 'cuda' ? hardware.gpus.join(', ') : 'on the CPU';
  const precision = choosePrecision(request.precision ?? 'auto', 'diffusers', device);
  return { engine: 'diffusers', device, ...gpus, precision, reason: `${reason}; ${where}` };
}

function diffusersDevice({ device }: EngineRequest, hardware: Hardware): 'cuda' | 'cpu' {
  const { diffusers, gpus } = hardware;
  if (device === 'webgpu') {
    throw new LoraBridgeError('input.option.unsupported', 'The diffusers engine does not support --device webgpu.', {
      hint: 'Use --engine native, or choose another device.',
    });
  }
  if (!diffusers.usable) {
    const code = diffusers.installed ? 'resource.engine.broken' : 'resource.engine.missing';
    throw new LoraBridgeError(code, `The diffusers engine cannot be used: ${diffusers.reason}`, {
      hint: 'Check `lora-bridge engine status`, or train with --engine native.',
    });
  }
  if (device === 'cpu') return device;
  if (cudaOf(hardware)) return 'cuda';
  if (device === 'auto') return 'cpu';
  const why =
    gpus.length === 0
      ? 'no NVIDIA driver was found (nvidia-smi).'
      : `the torch of ${diffusers.python} was built without it; run \`lora-bridge engine update diffusers\`.`;
  throw new LoraBridgeError('resource.device.missing', `The device cuda cannot be used: ${why}`, {
    hint: 'Choose --device auto or cpu; `lora-bridge doctor` lists the available devices.',
  });
}

/** On a CPU their number is the number of processes: to try out what several GPUs would do. */
function gpuIndices(
  { gpus: requested }: EngineRequest,
  device: 'cuda' | 'cpu',
  { gpus }: Hardware,
): number[] | undefined {
  if (requested === undefined) return undefined;
  const all = Array.from(gpus, (_, index) => index);
  const indices = requested === 'all' ? all : [...new Set(requested.split(',').map(Number))];
  const absent = device === 'cuda' ? indices.find((index) => index >= gpus.length) : undefined;
  if (indices.length > 0 && absent === undefined) return indices;
  const message =
    absent === undefined ? 'There is no GPU for --gpus all.' : `There is no GPU ${absent} for --gpus ${requested}.`;
  throw new LoraBridgeError('resource.device.missing', message, {
    hint: `nvidia-smi lists ${gpus.length} GPUs, numbered from 0.`,
  });
}
