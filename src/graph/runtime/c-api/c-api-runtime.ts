/** @file ONNX Runtime through its C API: CPU and CUDA, tensors that stay on the device, runs that do not block the event loop. */
import { Reader } from '../reader.js';
import type { Model, Runtime, RuntimeLibrary, RuntimeSession, SessionOptions } from '../runtime.js';
import { DeviceValues } from './device-values.js';
import { OrtLibrary } from './library.js';
import { OrtSession } from './ort-session.js';
import { openReplayedSession } from './replayed-session.js';
import { takeValue } from './values.js';

export class CApiRuntime implements Runtime {
  readonly #library: OrtLibrary;
  readonly name: string;
  readonly #values: DeviceValues;

  /** @throws LoraBridgeError `resource.device.missing`; Error with the message of the system's loader */
  static async load(library: RuntimeLibrary): Promise<CApiRuntime> {
    return new CApiRuntime(await OrtLibrary.load(library));
  }

  private constructor(library: OrtLibrary) {
    this.#library = library;
    this.name = `ONNX Runtime ${library.version}`;
    this.#values = new DeviceValues(library, new Reader((model, options) => this.#open(model, options)));
  }

  async open(model: Model, options: SessionOptions): Promise<RuntimeSession> {
    if (options.replayed !== true) return await this.#open(model, options);
    const { replayed, ...plain } = options;
    return await openReplayedSession(this.#library, this.#values, model, options, () => this.#open(model, plain));
  }

  async #open(model: Model, options: SessionOptions): Promise<RuntimeSession> {
    const session = await OrtSession.open(this.#library, model, options);
    const { device, kept = [] } = options;
    const destinations = model.outputs.map((name) => [name, kept.includes(name) ? 'device' : 'host'] as const);
    return {
      run: async (feeds) => {
        const values = await this.#values.with(feeds, (inputs) => session.run(inputs, destinations));
        return Object.fromEntries(
          destinations.map(([name, to], index) => {
            const value = values[index] ?? null;
            return [name, to === 'device' ? this.#values.tensor(value, device) : takeValue(this.#library, value)];
          }),
        );
      },
      release: async () => session.release(),
    };
  }
}
