/** @file Reads a long list without blocking: a few rows per turn of the event loop, in which others are served. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Part, Position } from '../store/part.js';

/** One to two milliseconds of reading and parsing. */
const rowsPerTurn = 8;

/** At most `limit` items from `cursor` on, and the cursor of the rest, as messages have it. */
export async function readList<Item>(
  readPart: (limit: number, before?: Position) => Part<Item>,
  limit: number,
  cursor?: string,
): Promise<{ readonly items: Item[]; readonly next?: string }> {
  const items: Item[] = [];
  let before = cursor === undefined ? undefined : Number(cursor);
  do {
    if (items.length > 0) await nextTurn();
    const part = readPart(Math.min(rowsPerTurn, limit - items.length), before);
    items.push(...part.items);
    before = part.next;
  } while (before !== undefined && items.length < limit);
  return { items, ...(before !== undefined && { next: String(before) }) };
}
