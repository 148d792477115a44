/** @file An OrtSession: opened, run with what is bound to its inputs and outputs, released. */
import type { Device, Model, SessionOptions } from '../runtime.js';
import type { OrtLibrary, Pointer } from './library.js';
import { ortSessionOptions } from './session-options.js';

/** Where an output goes: into memory that the run allocates, or into an existing value. */
export type Destination = 'host' | 'device' | { readonly value: Pointer };

type Named<Item> = readonly (readonly [name: string, item: Item])[];

/** OrtMemoryInfo's names for memory. */
const memoryNames: Readonly<Record<Device, string>> = { cpu: 'Cpu', cuda: 'Cuda', webgpu: 'WebGPU_Buf' };

export class OrtSession {
  readonly #library: OrtLibrary;
  readonly #pointer: Pointer;
  readonly #options: SessionOptions;
  readonly #host: Pointer;
  readonly #device: Pointer;

  static async open(library: OrtLibrary, model: Model, options: SessionOptions): Promise<OrtSession> {
    const ortOptions = ortSessionOptions(library, model, options);
    try {
      const { bytes } = model;
      const out: Pointer[] = [null];
      await library.callAsync('CreateSessionFromArray', library.environment, bytes, bytes.length, ortOptions, out);
      return new OrtSession(library, out[0] ?? null, options);
    } finally {
      library.release('ReleaseSessionOptions', ortOptions);
    }
  }

  private constructor(library: OrtLibrary, pointer: Pointer, options: SessionOptions) {
    this.#library = library;
    this.#pointer = pointer;
    this.#options = options;
    const memory = (device: Device) => library.create('CreateMemoryInfo', memoryNames[device], 0, 0, 0);
    this.#host = memory('cpu');
    this.#device = memory(options.device);
  }

  /**
   * @param runOptions OrtRunOptions; with them, the calling thread computes and the event loop waits
   * @returns a value for each output, in their order, to be released by the caller
   */
  async run(inputs: Named<Pointer>, outputs: Named<Destination>, runOptions: Pointer = null): Promise<Pointer[]> {
    const library = this.#library;
    const binding = library.create('CreateIoBinding', this.#pointer);
    try {
      for (const [name, value] of inputs) library.call('BindInput', binding, name, value);
      for (const [name, to] of outputs) {
        if (typeof to === 'object') library.call('BindOutput', binding, name, to.value);
        else library.call('BindOutputToDevice', binding, name, to === 'host' ? this.#host : this.#device);
      }
      if (runOptions === null) await library.callAsync('RunWithBinding', this.#pointer, null, binding);
      else library.call('RunWithBinding', this.#pointer, runOptions, binding);
      return library.takeArray('GetBoundOutputValues', binding, library.allocator);
    } finally {
      library.release('ReleaseIoBinding', binding);
    }
  }

  /** An allocator of the device's memory, to be released. */
  allocator(): Pointer {
    return this.#library.create('CreateAllocator', this.#pointer, this.#device);
  }

  release(): void {
    const library = this.#library;
    if (this.#options.profile !== undefined) {
      const path = library.create('SessionEndProfiling', this.#pointer, library.allocator);
      library.call('AllocatorFree', library.allocator, path);
    }
    library.release('ReleaseSession', this.#pointer);
    library.release('ReleaseMemoryInfo', this.#host);
    library.release('ReleaseMemoryInfo', this.#device);
  }
}
