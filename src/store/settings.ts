/** @file Small values stored per data folder. */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Database } from './database.js';

const row = z.object({ value: z.string() });

/** The epoch of a database, created with it. Sequence numbers of events are unique within it. */
export function epochOf(database: Database): string {
  database.write('INSERT INTO settings (key, value) VALUES (?, ?) ON CONFLICT DO NOTHING', 'epoch', randomUUID());
  return row.parse(database.first(row, 'SELECT value FROM settings WHERE key = ?', 'epoch')).value;
}
