/** @file The embedded runtime: onnxruntime-node, on CPUs and through WebGPU. A run keeps the event loop waiting. */
import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import { LoraBridgeError } from '../../errors/lora-bridge-error.js';
import type { Dtype } from '../dtype.js';
import type { Model, Runtime, RuntimeSession, SessionOptions, Tensor } from './runtime.js';
import { withWorkingFolder } from './working-folder.js';

function ortOptions(model: Model, options: SessionOptions): InferenceSession.SessionOptions {
  const { device, threads, profile, kept = [] } = options;
  const staysThere = (name: string) => device === 'webgpu' && kept.includes(name);
  return {
    executionProviders: device === 'cpu' ? ['cpu'] : [device, 'cpu'],
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
      session: { disable_prepacking: options.prepacking ? '0' : '1' },
      optimization: { disable_specified_optimizers: options.disabledOptimizers.join(';') },
    },
  };
}

/** Our tensor as one of onnxruntime-node's; remembers those that stayed on the device. */
const onDevice = new WeakMap<Tensor, OrtTensor>();

function toOrt(tensor: Tensor): OrtTensor {
  if (!('data' in tensor)) {
    const known = onDevice.get(tensor);
    if (known === undefined) throw new LoraBridgeError('internal', 'A tensor of another runtime was fed.');
    return known;
  }
  const { dtype, shape, data } = tensor;
  if (dtype === 'bfloat16') throw new LoraBridgeError('internal', 'onnxruntime-node cannot be fed bfloat16.');
  return new OrtTensor(dtype, data, shape);
}

function fromOrt(tensor: OrtTensor): Tensor {
  const { type, dims: shape } = tensor;
  const dtype = type as Dtype;
  if (tensor.location === 'cpu') return { dtype, shape, data: numbersOf(tensor.data) };
  const kept: Tensor = {
    dtype,
    shape,
    read: async () => numbersOf(await tensor.getData()),
    release: () => tensor.dispose(),
  };
  onDevice.set(kept, tensor);
  return kept;
}

function numbersOf(data: OrtTensor.DataType) {
  if (data instanceof Float32Array || data instanceof Int32Array || data instanceof BigInt64Array) return data;
  if (data instanceof Uint16Array) return data;
  throw new LoraBridgeError('internal', 'ONNX Runtime returned numbers of an unknown type.');
}

async function open(model: Model, options: SessionOptions): Promise<RuntimeSession> {
  const session = await withWorkingFolder(model.root, () =>
    InferenceSession.create(model.bytes, ortOptions(model, options)),
  );
  return {
    async run(feeds) {
      const ortFeeds = Object.entries(feeds).map(([name, tensor]) => [name, toOrt(tensor)] as const);
      const results = await session.run(Object.fromEntries(ortFeeds));
      return Object.fromEntries(Object.entries(results).map(([name, tensor]) => [name, fromOrt(tensor)]));
    },
    async release() {
      if (options.profile !== undefined) session.endProfiling();
      await session.release();
    },
  };
}

export const nodeRuntime: Runtime = { name: 'onnxruntime-node', open };
