/** @file The database: durable settings, migrations, transactions. */
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, readlinkSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { Database } from '../../src/store/database.js';
import { createHome, homeAt } from '../../src/store/home.js';
import { takeLock } from '../../src/store/lock.js';
import { epochOf } from '../../src/store/settings.js';
import { openStore } from '../../src/store/store.js';
import { shotOf, someBytes, temporaryFolder } from './support.js';

const count = z.object({ n: z.int() });

function openTwice(): { first: Database; again: () => Database } {
  const file = join(temporaryFolder(), 'state.db');
  return { first: new Database(file), again: () => new Database(file) };
}

test('keeps the epoch as long as the database lives', async () => {
  const { first, again } = openTwice();
  const epoch = epochOf(first);
  await first.close();
  const second = again();
  expect(epochOf(second)).toBe(epoch);
  expect(epochOf(new Database(join(temporaryFolder(), 'state.db')))).not.toBe(epoch);
  await second.close();
});

test('refuses a database of a newer version', async () => {
  const { first, again } = openTwice();
  first.transaction(() => first.write('PRAGMA user_version = 99'));
  await first.close();
  expect(again).toThrowError(expect.objectContaining({ code: 'state.database.newer' }));
});

test('writes are durable and in a write-ahead log', async () => {
  const { first } = openTwice();
  expect(first.first(z.object({ journal_mode: z.string() }), 'PRAGMA journal_mode')?.journal_mode).toBe('wal');
  expect(first.first(z.object({ synchronous: z.int() }), 'PRAGMA synchronous')?.synchronous).toBe(2);
  await first.close();
});

test('a transaction that fails leaves nothing, and calls no listener', async () => {
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
  await first.close();
});

test('a file that is no database, or a folder that cannot be written, is named in the error', () => {
  const file = join(temporaryFolder(), 'state.db');
  writeFileSync(file, 'This is not a database at all. '.repeat(100));
  expect(() => new Database(file)).toThrowError(expect.objectContaining({ code: 'state.database.damaged', file }));
  const nowhere = join(temporaryFolder(), 'absent', 'state.db');
  expect(() => new Database(nowhere)).toThrowError(expect.objectContaining({ file: nowhere }));
  expect(() => takeLock(nowhere)).toThrowError(expect.objectContaining({ file: nowhere }));
});

test.skipIf(process.platform === 'darwin')(
  'a closed database holds no file open, whatever was asked of it',
  async () => {
    const folder = temporaryFolder();
    const database = new Database(join(folder, 'state.db'));
    database.transaction(() => database.write('INSERT INTO settings (key, value) VALUES (?, ?)', 'a', 'v'));
    expect(database.all(count, 'SELECT count(*) AS n FROM settings')).toEqual([{ n: 1 }]);
    const openFiles = (): string[] =>
      readdirSync('/proc/self/fd').flatMap((descriptor) => {
        try {
          return [readlinkSync(`/proc/self/fd/${descriptor}`)].filter((file) => file.startsWith(folder));
        } catch {
          // The descriptor with which the folder was read.
          return [];
        }
      });
    if (process.platform === 'linux') expect(openFiles()).not.toEqual([]);
    await database.close();
    if (process.platform === 'linux') expect(openFiles()).toEqual([]);
    // Windows does not delete what is open.
    rmSync(folder, { recursive: true });
  },
);

test.each(['missing', 'empty'])('a database that is %s next to images is not taken for a new one', async (how) => {
  const folder = temporaryFolder();
  const home = homeAt(folder);
  createHome(home);
  const { database, intake } = await openStore(home);
  const bytes = someBytes();
  await intake.add(shotOf(bytes), bytes);
  await database.close();
  for (const ending of ['', '-wal', '-shm']) rmSync(`${home.database}${ending}`, { force: true });
  if (how === 'empty') writeFileSync(home.database, '');
  await expect(openStore(home)).rejects.toMatchObject({ code: 'state.database.lost', file: home.database });
  // It was not made in the attempt either.
  await expect(openStore(home)).rejects.toMatchObject({ code: 'state.database.lost' });
});

test.skipIf(process.platform === 'win32')('only the owner may read the database', async () => {
  const home = homeAt(temporaryFolder());
  createHome(home);
  const { database } = await openStore(home);
  for (const ending of ['', '-wal']) expect(statSync(`${home.database}${ending}`).mode & 0o777).toBe(0o600);
  await database.close();
});

test('a damaged page is noticed when the database is opened', async () => {
  const file = join(temporaryFolder(), 'state.db');
  const database = new Database(file);
  database.transaction(() => {
    for (let n = 0; n < 2000; n++) {
      database.write('INSERT INTO settings (key, value) VALUES (?, ?)', `key ${n}`, 'value '.repeat(20));
    }
  });
  await database.close();
  const bytes = readFileSync(file);
  const pages = bytes.length / 4096;
  expect(pages).toBeGreaterThan(60);
  for (const page of [0, Math.floor(pages / 2), pages - 10]) {
    const broken = Buffer.from(bytes);
    randomBytes(4096).copy(broken, page * 4096);
    writeFileSync(file, broken);
    expect(() => new Database(file)).toThrowError(expect.objectContaining({ code: 'state.database.damaged', file }));
  }
});
