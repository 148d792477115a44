/** @file What either layout of a torch file opens to. */
import type { PickledValue } from './pickled-value.js';

/** Where bytes lie in the file: `begin` (inclusive) to `end` (exclusive). */
export interface ByteRange {
  readonly begin: number;
  readonly end: number;
}

export interface OpenedPickle {
  readonly root: PickledValue;
  /** Names of Python functions that the pickle asks to have called, and that were not. */
  readonly uncalled: ReadonlySet<string>;
  /** Where each storage lies, by its key. */
  readonly storages: ReadonlyMap<string, ByteRange>;
}
