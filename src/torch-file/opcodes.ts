/** @file The opcodes of pickles, protocols 0 to 5, as far as files of tensors use them. */
import { refused } from './fault.js';
import type { PickleMachine } from './pickle-machine.js';
import type { PickledValue } from './pickled-value.js';

type Opcode = (machine: PickleMachine) => void;

const tuple = (items: PickledValue[]): PickledValue => ({ kind: 'tuple', items });

/** A signed little-endian integer; one of more than 16 bytes stays bytes. */
function integer(bytes: Buffer): PickledValue {
  if (bytes.length === 0) return 0;
  if (bytes.length <= 6) return bytes.readIntLE(0, bytes.length);
  if (bytes.length > 16) return Uint8Array.from(bytes);
  const unsigned = bytes.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  const value = BigInt.asIntN(bytes.length * 8, unsigned);
  return Number.isSafeInteger(Number(value)) ? Number(value) : value;
}

const text = (machine: PickleMachine, length: number): string => machine.reader.take(length).toString('utf8');
const copy = (machine: PickleMachine, length: number): Uint8Array => Uint8Array.from(machine.reader.take(length));
const word = (machine: PickleMachine): number => machine.reader.take(4).readUInt32LE();

function pushGlobal(machine: PickleMachine, module: PickledValue, name: PickledValue): void {
  machine.push({ kind: 'global', name: `${String(module)}.${String(name)}` });
}

function decimal(machine: PickleMachine): void {
  const line = machine.reader.line().replace(/L$/, '');
  if (line === '00' || line === '01') machine.push(line === '01');
  else machine.push(Number(line));
}

function tupleOf(machine: PickleMachine, count: number): void {
  const items = Array.from({ length: count }, () => machine.pop()).reverse();
  machine.push(tuple(items));
}

function newObject(machine: PickleMachine, hasKeywords: boolean): void {
  if (hasKeywords) machine.pop();
  const args = machine.pop();
  machine.call(machine.pop(), args);
}

const table: Readonly<Record<string, Opcode>> = {
  // Framing, the stack and the memo.
  '\x80': (machine) => {
    const version = machine.reader.byte();
    if (version > 5) throw refused(machine.reader.path, `its pickle is of protocol ${version}`);
  },
  '\x95': (machine) => void machine.reader.take(8),
  '(': (machine) => machine.pushMark(),
  '.': (machine) => machine.stop(),
  '0': (machine) => machine.drop(),
  '1': (machine) => void machine.popToMark(),
  '2': (machine) => machine.push(machine.top()),
  g: (machine) => machine.recall(Number(machine.reader.line())),
  h: (machine) => machine.recall(machine.reader.byte()),
  j: (machine) => machine.recall(word(machine)),
  p: (machine) => machine.remember(Number(machine.reader.line())),
  q: (machine) => machine.remember(machine.reader.byte()),
  r: (machine) => machine.remember(word(machine)),
  '\x94': (machine) => machine.remember(),
  // Numbers.
  N: (machine) => machine.push(null),
  '\x88': (machine) => machine.push(true),
  '\x89': (machine) => machine.push(false),
  I: decimal,
  L: decimal,
  J: (machine) => machine.push(machine.reader.take(4).readInt32LE()),
  K: (machine) => machine.push(machine.reader.byte()),
  M: (machine) => machine.push(machine.reader.take(2).readUInt16LE()),
  '\x8a': (machine) => machine.push(integer(machine.reader.take(machine.reader.byte()))),
  '\x8b': (machine) => machine.push(integer(machine.reader.take(word(machine)))),
  F: (machine) => machine.push(Number(machine.reader.line())),
  G: (machine) => machine.push(machine.reader.take(8).readDoubleBE()),
  // Text and bytes.
  S: (machine) => machine.push(machine.reader.line().slice(1, -1)),
  V: (machine) => machine.push(machine.reader.line()),
  X: (machine) => machine.push(text(machine, word(machine))),
  '\x8c': (machine) => machine.push(text(machine, machine.reader.byte())),
  '\x8d': (machine) => machine.push(text(machine, machine.reader.long())),
  U: (machine) => machine.push(text(machine, machine.reader.byte())),
  T: (machine) => machine.push(text(machine, word(machine))),
  C: (machine) => machine.push(copy(machine, machine.reader.byte())),
  B: (machine) => machine.push(copy(machine, word(machine))),
  '\x8e': (machine) => machine.push(copy(machine, machine.reader.long())),
  '\x96': (machine) => machine.push(copy(machine, machine.reader.long())),
  // Containers; sets become lists.
  ')': (machine) => machine.push(tuple([])),
  t: (machine) => machine.push(tuple(machine.popToMark())),
  '\x85': (machine) => tupleOf(machine, 1),
  '\x86': (machine) => tupleOf(machine, 2),
  '\x87': (machine) => tupleOf(machine, 3),
  ']': (machine) => machine.push({ kind: 'list', items: [] }),
  l: (machine) => machine.push({ kind: 'list', items: machine.popToMark() }),
  '\x8f': (machine) => machine.push({ kind: 'list', items: [] }),
  '\x91': (machine) => machine.push({ kind: 'list', items: machine.popToMark() }),
  a: (machine) => {
    const item = machine.pop();
    machine.append(machine.top(), [item]);
  },
  e: (machine) => {
    const items = machine.popToMark();
    machine.append(machine.top(), items);
  },
  '\x90': (machine) => {
    const items = machine.popToMark();
    machine.append(machine.top(), items);
  },
  '}': (machine) => machine.push({ kind: 'dict', entries: [] }),
  d: (machine) => {
    const pairs = machine.popToMark();
    machine.push({ kind: 'dict', entries: [] });
    machine.assign(machine.top(), pairs);
  },
  s: (machine) => {
    const value = machine.pop();
    const key = machine.pop();
    machine.assign(machine.top(), [key, value]);
  },
  u: (machine) => {
    const pairs = machine.popToMark();
    machine.assign(machine.top(), pairs);
  },
  // Where Python would import and call.
  c: (machine) => {
    const module = machine.reader.line();
    pushGlobal(machine, module, machine.reader.line());
  },
  '\x93': (machine) => {
    const name = machine.pop();
    pushGlobal(machine, machine.pop(), name);
  },
  R: (machine) => newObject(machine, false),
  '\x81': (machine) => newObject(machine, false),
  '\x92': (machine) => newObject(machine, true),
  // The state of an object: for a dictionary of tensors, the versions of its modules, which are not needed.
  b: (machine) => void machine.pop(),
  Q: (machine) => machine.push(machine.persistent(machine.pop())),
};

/** By their byte. All others (extensions, buffers outside the pickle, old instances) are rejected. */
export const opcodes: ReadonlyMap<number, Opcode> = new Map(
  Object.entries(table).map(([character, opcode]) => [character.charCodeAt(0), opcode]),
);
