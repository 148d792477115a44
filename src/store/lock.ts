/**
 * @file The lock of a data folder: an SQLite file in an exclusive transaction. SQLite takes the operating system's file lock
 * (fcntl, LockFileEx), which the system releases when the process ends, however it ends: locks cannot be stale.
 */
import Libsql from 'libsql';
import { namedSqliteError, openSqlite } from './sqlite.js';

export interface Lock {
  release(): void;
}

/** Takes the lock; undefined when another process, or another daemon in this process, holds it. */
export function takeLock(file: string): Lock | undefined {
  const connection = openSqlite(file);
  try {
    connection.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    connection.close();
    if (error instanceof Libsql.SqliteError && error.code.startsWith('SQLITE_BUSY')) return undefined;
    throw namedSqliteError(error, file);
  }
  return {
    release(): void {
      connection.exec('ROLLBACK');
      connection.close();
    },
  };
}
