/** @file Tensors that stay on a device, and their OrtValues. */
import { LoraBridgeError } from '../../../errors/lora-bridge-error.js';
import type { Reader } from '../reader.js';
import type { Device, DeviceTensor, Tensor } from '../runtime.js';
import type { OrtLibrary, Pointer } from './library.js';
import { newValue, typeOfValue } from './values.js';

export class DeviceValues {
  readonly #library: OrtLibrary;
  readonly #reader: Reader;
  readonly #values = new WeakMap<Tensor, Pointer>();

  constructor(library: OrtLibrary, reader: Reader) {
    this.#library = library;
    this.#reader = reader;
  }

  /** A tensor that owns a value: releasing it releases the value. */
  tensor(value: Pointer, device: Device): DeviceTensor {
    const tensor = this.#tensor(value, device, () => {
      this.#library.release('ReleaseValue', this.#valueOf(tensor));
      this.#values.delete(tensor);
    });
    return tensor;
  }

  /** A tensor of a value that somebody else owns. */
  borrowed(value: Pointer, device: Device): DeviceTensor {
    return this.#tensor(value, device, () => {});
  }

  #tensor(value: Pointer, device: Device, release: () => void): DeviceTensor {
    const tensor: DeviceTensor = {
      ...typeOfValue(this.#library, value),
      read: () => this.#reader.read(tensor, device),
      release,
    };
    this.#values.set(tensor, value);
    return tensor;
  }

  /** Calls `use` with the values of tensors; those of host tensors are copies, which are freed afterwards. */
  async with<Result>(
    tensors: Readonly<Record<string, Tensor>>,
    use: (values: readonly (readonly [name: string, value: Pointer])[]) => Promise<Result>,
  ): Promise<Result> {
    const copies: Pointer[] = [];
    try {
      const values = Object.entries(tensors).map(([name, tensor]) => {
        if (!('data' in tensor)) return [name, this.#valueOf(tensor)] as const;
        const copy = newValue(this.#library, tensor);
        copies.push(copy);
        return [name, copy] as const;
      });
      return await use(values);
    } finally {
      for (const value of copies) this.#library.release('ReleaseValue', value);
    }
  }

  #valueOf(tensor: Tensor): Pointer {
    const value = this.#values.get(tensor);
    if (value !== undefined) return value;
    throw new LoraBridgeError('internal', 'A tensor was fed that is released or of another runtime.');
  }
}
