/** @file The embedded runtime: onnxruntime-node, on CPUs and through WebGPU. A run blocks the event loop. */
import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import { LoraBridgeError } from '../../errors/lora-bridge-error.js';
import type { Dtype } from '../ir/dtype.js';
import { Reader } from './reader.js';
import type {
  Device,
  DeviceTensor,
  HostTensor,
  Model,
  Runtime,
  RuntimeSession,
  SessionOptions,
  Tensor,
  TensorElements,
} from './runtime.js';

/**
 * Where there is a Float16Array, as from Node 24 on, onnxruntime-common stores float16 in it; but the native part of onnxruntime-node 1.30 sees
 * no elements in one. It chooses with the first tensor that is made: without the global, it is Uint16Array on every Node.
 */
function storeHalvesInUint16Arrays(): void {
  const descriptor = Object.getOwnPropertyDescriptor(globalThis, 'Float16Array');
  if (descriptor === undefined) return;
  Reflect.deleteProperty(globalThis, 'Float16Array');
  new OrtTensor('float32', new Float32Array(1), [1]);
  Object.defineProperty(globalThis, 'Float16Array', descriptor);
}
storeHalvesInUint16Arrays();

function ortOptions(model: Model, options: SessionOptions): InferenceSession.SessionOptions {
  const { device, threads, profile } = options;
  const staysThere = (name: string) => device === 'webgpu' && options.kept?.includes(name) === true;
  return {
    executionProviders: device === 'cpu' || options.noCpuFallback ? [device] : [device, 'cpu'],
    graphOptimizationLevel: options.optimization,
    ...(threads === undefined ? {} : { intraOpNumThreads: threads }),
    interOpNumThreads: 1,
    enableMemPattern: options.memoryPattern,
    logSeverityLevel: 3,
    ...(profile === undefined ? {} : { enableProfiling: true, profileFilePrefix: profile }),
    ...(model.outputs.some(staysThere) && {
      preferredOutputLocation: Object.fromEntries(
        model.outputs.map((name) => [name, staysThere(name) ? 'gpu-buffer' : 'cpu'] as const),
      ),
    }),
    extra: {
      session: {
        disable_prepacking: options.prepacking ? '0' : '1',
        disable_cpu_ep_fallback: options.noCpuFallback ? '1' : '0',
        ...(model.root !== undefined && { model_external_initializers_file_folder_path: model.root }),
      },
      optimization: { disable_specified_optimizers: options.disabledOptimizers.join(';') },
    },
  };
}

function elementsOf(data: OrtTensor.DataType): TensorElements {
  if (data instanceof Float32Array || data instanceof Int32Array || data instanceof BigInt64Array) return data;
  if (data instanceof Uint16Array) return data;
  throw new LoraBridgeError('internal', 'ONNX Runtime returned a tensor of an unknown type.');
}

/** onnxruntime-node's tensors behind those that stayed on the device. */
const kept = new WeakMap<Tensor, OrtTensor>();

function toOrt(tensor: Tensor): OrtTensor {
  if ('data' in tensor) {
    if (tensor.dtype === 'bfloat16') throw new LoraBridgeError('internal', 'onnxruntime-node cannot be fed bfloat16.');
    return new OrtTensor(tensor.dtype, tensor.data, tensor.shape);
  }
  const ort = kept.get(tensor);
  if (ort === undefined)
    throw new LoraBridgeError('internal', 'A tensor was fed that is released or of another runtime.');
  return ort;
}

function hostTensor(tensor: OrtTensor): HostTensor {
  return { dtype: tensor.type as Dtype, shape: tensor.dims, data: elementsOf(tensor.data) };
}

/** The binding itself cannot read from a GPU. */
const reader = new Reader(open);

function deviceTensor(ort: OrtTensor, device: Device): DeviceTensor {
  const tensor: DeviceTensor = {
    dtype: ort.type as Dtype,
    shape: ort.dims,
    read: () => reader.read(tensor, device),
    release: () => {
      kept.delete(tensor);
      ort.dispose();
    },
  };
  kept.set(tensor, ort);
  return tensor;
}

async function open(model: Model, options: SessionOptions): Promise<RuntimeSession> {
  const session = await InferenceSession.create(model.bytes, ortOptions(model, options));
  return {
    async run(feeds) {
      const ortFeeds = Object.entries(feeds).map(([name, tensor]) => [name, toOrt(tensor)] as const);
      const results = await session.run(Object.fromEntries(ortFeeds));
      return Object.fromEntries(
        Object.entries(results).map(([name, tensor]) => [
          name,
          options.kept?.includes(name) ? deviceTensor(tensor, options.device) : hostTensor(tensor),
        ]),
      );
    },
    async release() {
      if (options.profile !== undefined) session.endProfiling();
      await session.release();
    },
  };
}

export const nodeRuntime: Runtime = { name: 'onnxruntime-node', open };
