/**
 * @file The virtual machine that pickles are written for (Python's pickletools.py describes its opcodes), with data in the place of
 * every call. Its memory is proportional to the pickle's size: opcodes that refer to an earlier object share it.
 */
import type { ByteReader } from './byte-reader.js';
import { broken, refused } from './fault.js';
import { isKind, type PickledValue, type Storage } from './pickled-value.js';
import { builders, storageOf } from './torch-globals.js';

/** More objects than any checkpoint has; each takes about a hundred bytes. */
const maximumObjects = 5_000_000;

const mark = Symbol('mark');

/** The machine's state, and the operations that opcodes perform on it. */
export class PickleMachine {
  /** Names of Python functions that the pickle would call, which were not called. */
  readonly uncalled = new Set<string>();
  /** Every storage referred to, by its key. */
  readonly storages = new Map<string, Storage>();
  readonly #stack: (PickledValue | typeof mark)[] = [];
  readonly #memo = new Map<number, PickledValue>();
  #objects = 0;
  #result: PickledValue | undefined;

  constructor(readonly reader: ByteReader) {}

  /** The pickled value; undefined before the end. */
  get result(): PickledValue | undefined {
    return this.#result;
  }

  push(value: PickledValue): void {
    this.#count(1);
    this.#stack.push(value);
  }

  #count(objects: number): void {
    this.#objects += objects;
    if (this.#objects > maximumObjects)
      throw refused(this.reader.path, `its pickle creates more than ${maximumObjects} objects`);
  }

  pushMark(): void {
    this.#stack.push(mark);
  }

  pop(): PickledValue {
    const value = this.#stack.pop();
    if (value === undefined || value === mark) throw broken(this.reader.path, 'its pickle reads from an empty stack');
    return value;
  }

  top(): PickledValue {
    const value = this.pop();
    this.#stack.push(value);
    return value;
  }

  /** Removes the last mark and everything above it; returns the latter. */
  popToMark(): PickledValue[] {
    const at = this.#stack.lastIndexOf(mark);
    if (at < 0) throw broken(this.reader.path, 'its pickle lacks a stack mark');
    return this.#stack.splice(at).filter((value): value is PickledValue => value !== mark);
  }

  /** Removes the topmost entry, a mark or a value. */
  drop(): void {
    if (this.#stack.pop() === undefined) throw broken(this.reader.path, 'its pickle reads from an empty stack');
  }

  remember(slot = this.#memo.size): void {
    this.#memo.set(slot, this.top());
  }

  recall(slot: number): void {
    const value = this.#memo.get(slot);
    if (value === undefined) throw broken(this.reader.path, `its pickle has no object ${slot}`);
    this.push(value);
  }

  /** Where Python would call a function: data for the few known ones, only the name for all others. */
  call(callee: PickledValue, args: PickledValue): void {
    if (!isKind(callee, 'global')) {
      this.push({ kind: 'uncalled', name: isKind(callee, 'uncalled') ? callee.name : 'a value' });
      return;
    }
    const build = builders.get(callee.name);
    if (build === undefined) {
      this.uncalled.add(callee.name);
      this.push({ kind: 'uncalled', name: callee.name });
      return;
    }
    const made = build(isKind(args, 'tuple') ? args.items : []);
    if (made === undefined) throw broken(this.reader.path, `its ${callee.name} has invalid arguments`);
    // The only objects that are copied instead of shared.
    if (isKind(made, 'dict')) this.#count(made.entries.length);
    this.push(made);
  }

  /** A storage; other kinds of persistent references are rejected. */
  persistent(id: PickledValue): Storage {
    const storage = storageOf(id);
    if (storage === undefined) throw refused(this.reader.path, 'it refers to a storage of an unknown type');
    this.storages.set(storage.key, storage);
    return storage;
  }

  append(target: PickledValue, items: readonly PickledValue[]): void {
    if (isKind(target, 'list')) for (const item of items) target.items.push(item);
    else if (!isKind(target, 'uncalled'))
      throw broken(this.reader.path, 'its pickle appends to an object that is not a list');
  }

  assign(target: PickledValue, pairs: readonly PickledValue[]): void {
    if (!isKind(target, 'dict')) {
      if (isKind(target, 'uncalled')) return;
      throw broken(this.reader.path, 'its pickle sets items of an object that is not a dictionary');
    }
    for (let index = 0; index < pairs.length; index += 2) {
      const [key, value] = [pairs[index], pairs[index + 1]];
      if (key === undefined || value === undefined)
        throw broken(this.reader.path, 'its pickle has a key without value');
      target.entries.push([key, value]);
    }
  }

  stop(): void {
    this.#result = this.pop();
  }
}
