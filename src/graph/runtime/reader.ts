/** @file Reads tensors from a device, by sessions that copy their input. */
import { LoraBridgeError } from '../../errors/lora-bridge-error.js';
import type { Dtype } from '../ir/dtype.js';
import { encodeCopies } from '../onnx/encode.js';
import type { Device, DeviceTensor, Runtime, RuntimeSession, TensorElements } from './runtime.js';

export class Reader {
  readonly #open: Runtime['open'];
  /** Small, and kept as long as the process lives. */
  readonly #sessions = new Map<string, Promise<RuntimeSession>>();

  constructor(open: Runtime['open']) {
    this.#open = open;
  }

  /** Its elements, copied to the host. */
  async read(tensor: DeviceTensor, device: Device): Promise<TensorElements> {
    const { 'to tensor': copy } = await (await this.#session(device, tensor.dtype)).run({ tensor });
    if (copy === undefined || !('data' in copy)) throw new LoraBridgeError('internal', 'A tensor was not read.');
    return copy.data;
  }

  #session(device: Device, dtype: Dtype): Promise<RuntimeSession> {
    const key = `${device} ${dtype}`;
    const known = this.#sessions.get(key);
    if (known !== undefined) return known;
    const session = this.#open(
      { bytes: encodeCopies([['tensor', dtype]]), root: undefined, outputs: ['to tensor'] },
      { device, threads: 1, optimization: 'basic', disabledOptimizers: [], prepacking: true, memoryPattern: false },
    );
    this.#sessions.set(key, session);
    return session;
  }
}
