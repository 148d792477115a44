/** @file The database: durable settings, migrations, transactions. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { Database } from '../../src/store/database.js';
import { takeLock } from '../../src/store/lock.js';
import { epochOf } from '../../src/store/settings.js';
import { temporaryFolder } from './support.js';

const count = z.object({ n: z.int() });

function openTwice(): { first: Database; again: () => Database } {
  const file = join(temporaryFolder(), 'state.db');
  return { first: new Database(file), again: () => new Database(file) };
}

test('keeps the epoch as long as the database lives', () => {
  const { first, again } = openTwice();
  const epoch = epochOf(first);
  first.close();
  const second = again();
  expect(epochOf(second)).toBe(epoch);
  expect(epochOf(new Database(join(temporaryFolder(), 'state.db')))).not.toBe(epoch);
  second.close();
});

test('refuses a database of a newer version', () => {
  const { first, again } = openTwice();
  first.transaction(() => first.write('PRAGMA user_version = 99'));
  first.close();
  expect(again).toThrowError(expect.objectContaining({ code: 'state.database.newer' }));
});

test('writes are durable and in a write-ahead log', () => {
  const { first } = openTwice();
  expect(first.first(z.object({ journal_mode: z.string() }), 'PRAGMA journal_mode')?.journal_mode).toBe('wal');
  expect(first.first(z.object({ synchronous: z.int() }), 'PRAGMA synchronous')?.synchronous).toBe(2);
  first.close();
});

test('a transaction that fails leaves nothing, and calls no listener', () => {
  const { first } = openTwice();
  let commits = 0;
  first.onCommit(() => commits++);
  const insert = (key: string) => first.write('INSERT INTO settings (key, value) VALUES (?, ?)', key, 'v');
  expect(() =>
    first.transaction(() => {
      insert('a');
      insert('a');
    }),
  ).toThrow('UNIQUE');
  expect(first.first(count, 'SELECT count(*) AS n FROM settings')?.n).toBe(0);
  expect(commits).toBe(0);
  first.transaction(() => insert('a'));
  expect(first.first(count, 'SELECT count(*) AS n FROM settings')?.n).toBe(1);
  expect(commits).toBe(1);
  first.close();
});

test('a file that is no database, or a folder that cannot be written, is named in the error', () => {
  const file = join(temporaryFolder(), 'state.db');
  writeFileSync(file, 'This is not a database at all. '.repeat(100));
  expect(() => new Database(file)).toThrowError(expect.objectContaining({ code: 'resource.database.failed', file }));
  const nowhere = join(temporaryFolder(), 'absent', 'state.db');
  expect(() => new Database(nowhere)).toThrowError(expect.objectContaining({ file: nowhere }));
  expect(() => takeLock(nowhere)).toThrowError(expect.objectContaining({ file: nowhere }));
});
