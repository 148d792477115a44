/** @file The SQLite connection: opened for durability, migrated to the current schema, its failures mapped to error codes. */
import { statSync } from 'node:fs';
import type Libsql from 'libsql';
import type { z } from 'zod';
import { LoraBridgeError } from '../errors/lora-bridge-error.js';
import { migrations } from './migrations.js';
import { checkSqlite, closeSqlite, namedSqliteError, openSqlite } from './sqlite.js';

/** What tells a file from another one at the same path. */
function identityOf(file: string): string | undefined {
  const found = statSync(file, { throwIfNoEntry: false });
  return found && `${found.dev} ${found.ino}`;
}

type Value = string | number | null;

/** Every statement is synchronous and short: point look-ups and batches of at most a few hundred rows. */
export class Database {
  readonly #file: string;
  readonly #connection: InstanceType<typeof Libsql>;
  /** Of the file that is open. */
  readonly #identity: string | undefined;
  readonly #statements = new Map<string, Libsql.Statement<[Value[]]>>();
  readonly #commitListeners = new Set<() => void>();

  /** Opens or creates. Throws `state.database.newer`, `state.database.damaged`, `resource.database.failed` or `resource.disk.full`. */
  constructor(file: string) {
    this.#file = file;
    try {
      this.#connection = openSqlite(file);
      this.#connection.pragma('journal_mode = WAL');
      this.#connection.pragma('synchronous = FULL');
      checkSqlite(this.#connection, file);
    } catch (error) {
      throw namedSqliteError(error, file);
    }
    this.#identity = identityOf(file);
    this.#migrate();
  }

  #migrate(): void {
    const [row] = this.#connection.pragma('user_version') as { user_version: number }[];
    const from = row?.user_version ?? 0;
    if (from > migrations.length) {
      throw new LoraBridgeError(
        'state.database.newer',
        `${this.#file} was written by a newer version of lora-bridge.`,
        {
          file: this.#file,
          hint: 'Update lora-bridge, or set LORA_BRIDGE_HOME to another folder.',
        },
      );
    }
    for (const [version, step] of migrations.entries()) {
      if (version < from) continue;
      this.transaction(() => this.#connection.exec(`${step}; PRAGMA user_version = ${version + 1};`));
    }
  }

  #run<T>(action: () => T): T {
    try {
      return action();
    } catch (error) {
      throw namedSqliteError(error, this.#file);
    }
  }

  #statement(sql: string): Libsql.Statement<[Value[]]> {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const statement = this.#connection.prepare<[Value[]]>(sql);
    this.#statements.set(sql, statement);
    return statement;
  }

  /** Runs a writing statement; returns how many rows it changed, and the last row's number. */
  write(sql: string, ...values: Value[]): { changes: number; row: number } {
    const { changes, lastInsertRowid } = this.#run(() => this.#statement(sql).run(values));
    return { changes, row: Number(lastInsertRowid) };
  }

  /** The first row of a query, in the shape that `schema` says, or undefined. */
  first<T>(schema: z.ZodType<T>, sql: string, ...values: Value[]): T | undefined {
    const row = this.#run(() => this.#statement(sql).get(values));
    return row === undefined ? undefined : schema.parse(row);
  }

  /** All rows of a query, each in the shape that `schema` says. Put a LIMIT into queries that may grow. */
  all<T>(schema: z.ZodType<T>, sql: string, ...values: Value[]): T[] {
    return this.#run(() => this.#statement(sql).all(values)).map((row) => schema.parse(row));
  }

  /**
   * All or nothing, and durable on return. Commit listeners run afterwards.
   * @throws LoraBridgeError `state.database.lost` when the file was removed or replaced: a commit would be durable in a file that nobody
   * opens again
   */
  transaction<T>(action: () => T): T {
    if (identityOf(this.#file) !== this.#identity) {
      throw new LoraBridgeError('state.database.lost', `${this.#file} was removed or replaced while it was in use.`, {
        file: this.#file,
        hint: 'Stop the daemon, put the data folder back, and start the daemon again.',
      });
    }
    const result = this.#run(() => {
      this.#connection.exec('BEGIN IMMEDIATE');
      try {
        const value = action();
        this.#connection.exec('COMMIT');
        return value;
      } catch (error) {
        // A full disk makes SQLite roll back by itself.
        if (this.#connection.inTransaction) this.#connection.exec('ROLLBACK');
        throw error;
      }
    });
    for (const listener of this.#commitListeners) listener();
    return result;
  }

  /** Calls `listener` after every commit; returns a function that removes it. */
  onCommit(listener: () => void): () => void {
    this.#commitListeners.add(listener);
    return () => this.#commitListeners.delete(listener);
  }

  /** Returns once the file is closed. */
  async close(): Promise<void> {
    this.#statements.clear();
    await closeSqlite(this.#connection);
  }
}
