/** @file Shots on their way to the disk. */
import { cpSync, existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openTestStore, shotOf, someBytes, temporaryFolder } from './support.js';

test('stores the bytes under their hash, and recognises duplicates by id', async () => {
  const { intake, shots, pictures } = await openTestStore();
  const bytes = someBytes();
  const shot = shotOf(bytes, { yaw: 30, regions: { head: { x: 1, y: 2, width: 3, height: 4, confidence: 0.5 } } });
  expect(await intake.add(shot, bytes)).toBe('stored');
  expect(await intake.add(shot, bytes)).toBe('duplicate');
  expect(readFileSync(pictures.path(shot.sha256))).toEqual(bytes);
  expect(shots.get(shot.id)).toMatchObject({ ...shot, state: 'stored' });
  expect(shots.characters()).toMatchObject([{ name: 'Godette', shots: 1 }]);
});

test('the same shot twice at the same time is stored once', async () => {
  const { intake, shots } = await openTestStore();
  const bytes = someBytes();
  const shot = shotOf(bytes);
  const statuses = await Promise.all([intake.add(shot, bytes), intake.add(shot, bytes), intake.add(shot, bytes)]);
  expect(statuses.sort()).toEqual(['duplicate', 'duplicate', 'stored']);
  expect(shots.ofCharacter('Godette', 10).items).toHaveLength(1);
});

test('refuses other bytes than announced, and leaves no trace', async () => {
  const { intake, shots, pictures } = await openTestStore();
  const bytes = someBytes();
  const shot = shotOf(bytes);
  const flipped = Buffer.from(bytes);
  flipped[500] = (flipped[500] ?? 0) ^ 1;
  await expect(intake.add(shot, flipped)).rejects.toMatchObject({ code: 'input.shot.mismatch' });
  await expect(intake.add(shot, bytes.subarray(1))).rejects.toMatchObject({ code: 'input.shot.mismatch' });
  expect(shots.get(shot.id)).toBeUndefined();
  expect(existsSync(pictures.path(shot.sha256))).toBe(false);
  expect(await intake.add(shot, bytes)).toBe('stored');
});

test('refuses an id that other bytes have, stored or arriving', async () => {
  const { intake } = await openTestStore();
  const [one, other] = [someBytes(), someBytes()];
  const shot = shotOf(one);
  const clash = { ...shotOf(other), id: shot.id };
  const arriving = intake.add(shot, one);
  await expect(intake.add(clash, other)).rejects.toMatchObject({ code: 'input.shot.conflict' });
  await arriving;
  await expect(intake.add(clash, other)).rejects.toMatchObject({ code: 'input.shot.conflict' });
});

test('bytes that several shots share live as long as the last of them', async () => {
  const { database, intake, shots, pictures } = await openTestStore();
  const bytes = someBytes();
  const [one, two] = [shotOf(bytes, { name: 'one' }), shotOf(bytes, { name: 'two' })];
  await Promise.all([intake.add(one, bytes), intake.add(two, bytes)]);
  const file = pictures.path(one.sha256);
  database.transaction(() => shots.remove(one.id));
  intake.discard(one.sha256);
  expect(existsSync(file)).toBe(true);
  database.transaction(() => shots.remove(two.id));
  const three = shotOf(bytes, { name: 'three' });
  const arriving = intake.add(three, bytes);
  intake.discard(two.sha256);
  await arriving;
  expect(readFileSync(file)).toEqual(bytes);
  database.transaction(() => shots.remove(three.id));
  intake.discard(three.sha256);
  expect(existsSync(file)).toBe(false);
});

test('leaves no temporary file behind, and one of a killed process is removed at the next start', async () => {
  const home = temporaryFolder();
  const { intake, pictures } = await openTestStore(home);
  const all = Array.from({ length: 20 }, () => someBytes());
  await Promise.all(all.map((bytes) => intake.add(shotOf(bytes), bytes)));
  const temporary = join(home, 'pictures', 'temporary');
  expect(readdirSync(temporary)).toEqual([]);
  const stored = all.map((bytes) => statSync(pictures.path(shotOf(bytes).sha256)).size);
  expect(stored).toEqual(all.map(({ length }) => length));
  writeFileSync(join(temporary, 'half'), 'half a pic');
  await openTestStore(home);
  expect(readdirSync(temporary)).toEqual([]);
});

test('of shots with one name the newest usable one counts', async () => {
  const { intake, shots } = await openTestStore();
  const ids: string[] = [];
  for (const name of ['a', 'b', 'a', 'b']) {
    const bytes = someBytes();
    const shot = shotOf(bytes, { name });
    await intake.add(shot, bytes);
    ids.push(shot.id);
  }
  const [, firstB, secondA, secondB = ''] = ids;
  expect(shots.newestOfEachName('Godette').map(({ id }) => id)).toEqual([secondA, secondB]);
  shots.inspected(secondB, { error: { code: 'input.picture.damaged', message: 'cut', retryable: false } });
  expect(shots.newestOfEachName('Godette').map(({ id }) => id)).toEqual([firstB, secondA]);
});

test('images without a shot are swept, unless they are more than a crash can leave', async () => {
  const { intake, pictures } = await openTestStore();
  const warnings: string[] = [];
  const log = { warn: (message: string) => warnings.push(message) };
  const bytes = someBytes();
  const shot = shotOf(bytes);
  await intake.add(shot, bytes);
  const orphan = pictures.path('0'.repeat(64));
  writeFileSync(orphan, 'left by a crash');
  await intake.sweep(log);
  expect(existsSync(orphan)).toBe(false);
  expect(readFileSync(pictures.path(shot.sha256))).toEqual(bytes);

  const many = Array.from({ length: 1001 }, (_, n) => pictures.path(String(n).padStart(64, '0')));
  for (const file of many) writeFileSync(file, '');
  await intake.sweep(log);
  expect(many.every((file) => existsSync(file))).toBe(true);
  expect(warnings).toEqual([expect.stringContaining('1001 images belong to no shot')]);
});

// Windows does not let anybody rename what is open.
test.skipIf(process.platform === 'win32').each(['removed', 'replaced'])(
  'nothing is acknowledged once the data folder was %s',
  async (how) => {
    const home = temporaryFolder();
    const { intake } = await openTestStore(home);
    const [before, after] = [someBytes(), someBytes()];
    await intake.add(shotOf(before), before);
    renameSync(home, `${home}-moved`);
    onTestFinished(() => rmSync(`${home}-moved`, { recursive: true }));
    if (how === 'replaced') cpSync(`${home}-moved`, home, { recursive: true });
    const late = intake.add(shotOf(after), after);
    await expect(late).rejects.toMatchObject(how === 'replaced' ? { code: 'state.database.lost' } : {});
  },
);
