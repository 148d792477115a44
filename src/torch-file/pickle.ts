/** @file Reads a pickle without executing anything in it. */
import type { ByteReader } from './byte-reader.js';
import { refused } from './fault.js';
import { opcodes } from './opcodes.js';
import { PickleMachine } from './pickle-machine.js';
import type { PickledValue } from './pickled-value.js';

export interface Pickle extends Pick<PickleMachine, 'uncalled' | 'storages'> {
  readonly root: PickledValue;
}

/**
 * Reads one pickle, and leaves the reader at its end.
 * @throws LoraBridgeError `input.torch.invalid`, `input.torch.unsupported`.
 */
export function readPickle(reader: ByteReader): Pickle {
  const machine = new PickleMachine(reader);
  while (machine.result === undefined) {
    const code = reader.byte();
    const opcode = opcodes.get(code);
    if (opcode === undefined) throw refused(reader.path, `its pickle has the opcode 0x${code.toString(16)}`);
    opcode(machine);
  }
  return { root: machine.result, uncalled: machine.uncalled, storages: machine.storages };
}
