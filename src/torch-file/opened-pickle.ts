/** @file The result of opening a torch file, of either layout. */
import type { PickledValue } from './pickled-value.js';

/** Bytes `begin` (inclusive) to `end` (exclusive) of the file. */
export interface ByteRange {
  readonly begin: number;
  readonly end: number;
}

export interface OpenedPickle {
  readonly root: PickledValue;
  /** Names of Python functions that the pickle would call, which were not called. */
  readonly uncalled: ReadonlySet<string>;
  /** Where each storage is, by its key. */
  readonly storages: ReadonlyMap<string, ByteRange>;
}
