/** @file ONNX Runtime through its C API: CPU and CUDA, tensors that stay on the device, runs that do not block the event loop. */
import { LoraBridgeError } from '../../../errors/lora-bridge-error.js';
import { Reader } from '../reader.js';
import type {
  DeviceTensor,
  Model,
  Runtime,
  RuntimeLibrary,
  RuntimeSession,
  SessionOptions,
  Tensor,
  Tensors,
} from '../runtime.js';
import { OrtLibrary, type Pointer } from './library.js';
import { ortSessionOptions } from './session-options.js';
import { copyOfValue, newValue, typeOfValue } from './values.js';

export class CApiRuntime implements Runtime {
  readonly name: string;
  /** The values of the tensors that stayed on a device. */
  readonly #values = new WeakMap<Tensor, Pointer>();
  readonly #reader = new Reader((model, options) => this.open(model, options));

  /** @throws LoraBridgeError `resource.device.missing`; Error in the words of the system's loader */
  static async load(library: RuntimeLibrary): Promise<CApiRuntime> {
    return new CApiRuntime(await OrtLibrary.load(library));
  }

  private constructor(private readonly library: OrtLibrary) {
    this.name = `ONNX Runtime ${library.version}`;
  }

  async open(model: Model, options: SessionOptions): Promise<RuntimeSession> {
    const { library } = this;
    const ortOptions = ortSessionOptions(library, model, options);
    try {
      const { bytes } = model;
      const out: Pointer[] = [null];
      await library.callAside('CreateSessionFromArray', library.environment, bytes, bytes.length, ortOptions, out);
      return this.#session(out[0] ?? null, model, options);
    } finally {
      library.release('ReleaseSessionOptions', ortOptions);
    }
  }

  #session(session: Pointer, { outputs }: Model, options: SessionOptions): RuntimeSession {
    const { library } = this;
    const { device, profile, kept = [] } = options;
    const memory = (name: string) => library.create('CreateMemoryInfo', name, 0, 0, 0);
    const host = memory('Cpu');
    const there = device === 'cuda' ? memory('Cuda') : host;

    const run = async (feeds: Tensors): Promise<Tensors> => {
      const binding = library.create('CreateIoBinding', session);
      const copies: Pointer[] = [];
      try {
        for (const [name, tensor] of Object.entries(feeds)) {
          const value = 'data' in tensor ? newValue(library, tensor) : this.#valueOf(tensor);
          if ('data' in tensor) copies.push(value);
          library.call('BindInput', binding, name, value);
        }
        for (const name of outputs) {
          library.call('BindOutputToDevice', binding, name, kept.includes(name) ? there : host);
        }
        await library.callAside('RunWithBinding', session, null, binding);
        const values = library.takeArray('GetBoundOutputValues', binding, library.allocator);
        return Object.fromEntries(
          outputs.map((name, index) => {
            const value = values[index] ?? null;
            return [name, kept.includes(name) ? this.#keep(value, device) : this.#take(value)];
          }),
        );
      } finally {
        for (const value of copies) library.release('ReleaseValue', value);
        library.release('ReleaseIoBinding', binding);
      }
    };
    const release = async (): Promise<void> => {
      if (profile !== undefined) {
        const path = library.create('SessionEndProfiling', session, library.allocator);
        library.call('AllocatorFree', library.allocator, path);
      }
      library.release('ReleaseSession', session);
      for (const info of new Set([host, there])) library.release('ReleaseMemoryInfo', info);
    };
    return { run, release };
  }

  #valueOf(tensor: Tensor): Pointer {
    const value = this.#values.get(tensor);
    if (value === undefined)
      throw new LoraBridgeError('internal', 'A tensor was fed that is released or of another runtime.');
    return value;
  }

  /** The numbers of an output, which is freed. */
  #take(value: Pointer): Tensor {
    try {
      return copyOfValue(this.library, value);
    } finally {
      this.library.release('ReleaseValue', value);
    }
  }

  #keep(value: Pointer, device: SessionOptions['device']): DeviceTensor {
    const { library } = this;
    const type = typeOfValue(library, value);
    const tensor: DeviceTensor = {
      ...type,
      read: () => this.#reader.read(tensor, device),
      release: () => {
        library.release('ReleaseValue', this.#valueOf(tensor));
        this.#values.delete(tensor);
      },
    };
    this.#values.set(tensor, value);
    return tensor;
  }
}
