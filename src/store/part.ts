/** @file Lists that may be long are read in parts, newest first: each part begins where the one before ended. */
import { z } from 'zod';

/** The ordinal of the row at which a part ended. */
export type Position = number;

/** Before the first part. */
export const newest: Position = Number.MAX_SAFE_INTEGER;

export interface Part<Item> {
  readonly items: Item[];
  /** Where the rest of the list begins; absent at its end. */
  readonly next?: Position;
}

/** Column of rows that are read in parts. */
export const ordinal = { ordinal: z.int() };

/** The rows that a query with `LIMIT limit` gave. */
export function partOf<Row extends { readonly ordinal: number }, Item>(
  rows: readonly Row[],
  limit: number,
  describe: (row: Row) => Item,
): Part<Item> {
  const last = rows.at(-1);
  return { items: rows.map(describe), ...(last !== undefined && rows.length === limit && { next: last.ordinal }) };
}
