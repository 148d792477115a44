/** @file SQLite: opens and closes a file, and maps its failures to error codes. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import Libsql from 'libsql';
import { LoraBridgeError } from '../errors/lora-bridge-error.js';

/** Failures of the disk or the file, not of a statement. */
const diskFailure = /^SQLITE_(IOERR|BUSY|LOCKED|CANTOPEN|READONLY|PERM)/;

/** The content of the file is not what SQLite has written. */
const damage = /^SQLITE_(CORRUPT|NOTADB)/;

const failed = (file: string, error: Error) =>
  new LoraBridgeError('resource.database.failed', `The database ${file} failed: ${error.message}.`, {
    file,
    hint: 'Check the disk, and whether another program holds the file open.',
    cause: error,
  });

const damaged = (file: string, what: string, cause?: unknown) =>
  new LoraBridgeError('state.database.damaged', `The database ${file} is damaged: ${what}.`, { file, cause });

/**
 * Checks the structure of the whole file, which takes about 5 ms per MB.
 * @throws LoraBridgeError `state.database.damaged`
 */
export function checkSqlite(connection: InstanceType<typeof Libsql>, file: string): void {
  const [row] = connection.pragma('quick_check(1)') as { quick_check: string }[];
  if (row?.quick_check !== 'ok') throw damaged(file, row?.quick_check ?? 'it cannot be checked');
}

/** Opens or creates a database file. Throws `resource.database.failed`. */
export function openSqlite(file: string): InstanceType<typeof Libsql> {
  try {
    return new Libsql(file);
  } catch (error) {
    // Its constructor throws plain errors without a code.
    throw error instanceof Error ? failed(file, error) : error;
  }
}

/**
 * Closes a connection none of whose statements is in use any more. libsql cannot finalize a statement: each keeps the file open until
 * it is garbage, and until then Windows lets nobody delete or replace the file. One collection of the garbage takes some 20 ms.
 */
export async function closeSqlite(connection: InstanceType<typeof Libsql>): Promise<void> {
  connection.close();
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  // Native objects are released after the turn that found them.
  await nextTurn();
}

/** A failure of SQLite as a LoraBridgeError; an invalid statement is a fault of this program and is returned unchanged. */
export function namedSqliteError(error: unknown, file: string): unknown {
  if (!(error instanceof Libsql.SqliteError)) return error;
  if (error.code.startsWith('SQLITE_FULL')) {
    const hint = 'Free some space on that disk; no acknowledged data is lost.';
    return new LoraBridgeError('resource.disk.full', `The disk of ${file} is full.`, { file, hint, cause: error });
  }
  if (damage.test(error.code)) return damaged(file, error.message, error);
  if (!diskFailure.test(error.code)) return error;
  return failed(file, error);
}
