/**
 * @file Files and folders of what was removed. They are noted in the transaction that removes, and deleted after it: what cannot be
 * deleted now, or after a crash, is deleted at the next start.
 */
import { rm } from 'node:fs/promises';
import { z } from 'zod';
import type { Database } from './database.js';

const row = z.object({ path: z.string() });

export class Garbage {
  readonly #database: Database;
  #collecting: Promise<void> = Promise.resolve();

  constructor(database: Database) {
    this.#database = database;
  }

  /** Call it within a transaction. */
  add(path: string): void {
    this.#database.write('INSERT INTO garbage (path) VALUES (?) ON CONFLICT DO NOTHING', path);
  }

  /** Whether a path is still to be deleted. */
  has(path: string): boolean {
    return this.#database.first(row, 'SELECT path FROM garbage WHERE path = ?', path) !== undefined;
  }

  /** Call it within a transaction: the path is in use again. */
  keep(path: string): void {
    this.#database.write('DELETE FROM garbage WHERE path = ?', path);
  }

  /** Deletes everything that was noted. Failures are logged: it is tried again at the next call. */
  collect(log: { warn(message: string): void }): Promise<void> {
    this.#collecting = this.#collecting.then(() => this.#collect(log));
    return this.#collecting;
  }

  async #collect(log: { warn(message: string): void }): Promise<void> {
    try {
      for (const { path } of this.#database.all(row, 'SELECT path FROM garbage LIMIT 10000'))
        await this.#delete(path, log);
    } catch (error) {
      log.warn(`Files of removed jobs are deleted at the next start: ${String(error)}`);
    }
  }

  async #delete(path: string, log: { warn(message: string): void }): Promise<void> {
    try {
      await rm(path, { recursive: true, force: true, maxRetries: 3 });
    } catch (error) {
      log.warn(`${path} is deleted at the next start, because it cannot be deleted now: ${String(error)}`);
      return;
    }
    this.#database.write('DELETE FROM garbage WHERE path = ?', path);
  }
}
