/** @file Durable events: numbered, appended in the transaction of the change that they report, read by number. */
import { z } from 'zod';
import { anyDurableEvent, type DurableEvent, type NewEvent } from '../protocol/events.js';
import type { Database } from './database.js';

const row = z.object({ sequence: z.int(), time: z.string(), message: z.string() });
const bounds = z.object({ oldest: z.int().nullable(), latest: z.int().nullable() });

/** Events kept for clients that reconnect; a day of training appends far fewer. */
const keptEvents = 50_000;

export class EventLog {
  readonly #database: Database;

  /** Deletes all but the latest `kept` events. */
  constructor(database: Database, kept = keptEvents) {
    this.#database = database;
    database.write('DELETE FROM events WHERE sequence <= ?', this.latest - kept);
  }

  /** Call it within a transaction. */
  append(event: NewEvent): void {
    this.#database.write(
      'INSERT INTO events (time, message) VALUES (?, ?)',
      new Date().toISOString(),
      JSON.stringify(event),
    );
  }

  /** At most `limit` events after number `sequence`, oldest first. */
  after(sequence: number, limit: number): DurableEvent[] {
    return this.#database
      .all(
        row,
        'SELECT sequence, time, message FROM events WHERE sequence > ? ORDER BY sequence LIMIT ?',
        sequence,
        limit,
      )
      .map(({ message, ...numbered }) => anyDurableEvent.parse({ ...JSON.parse(message), ...numbered }));
  }

  /** Number of the latest event ever appended; 0 when there is none. */
  get latest(): number {
    return this.#bounds().latest ?? 0;
  }

  /** Number of the oldest event still kept, or of the next one when there is none. */
  get oldest(): number {
    const { oldest, latest } = this.#bounds();
    return oldest ?? (latest ?? 0) + 1;
  }

  #bounds(): z.output<typeof bounds> {
    const found = this.#database.first(
      bounds,
      'SELECT (SELECT min(sequence) FROM events) AS oldest, (SELECT max(sequence) FROM events) AS latest',
    );
    return found ?? { oldest: null, latest: null };
  }
}
