/** @file The daemon's log. */
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openLog } from '../../src/daemon/log-file.js';
import { createHome, type Home, homeAt } from '../../src/store/home.js';
import { temporaryFolder } from './support.js';

function newHome(): Home {
  const home = homeAt(temporaryFolder());
  createHome(home);
  return home;
}

test('one line an entry, with what caused an error', () => {
  const home = newHome();
  const log = openLog(home);
  log.info('first');
  log.warn('two\nlines');
  log.error('third', new Error('the cause'));
  const lines = readFileSync(join(home.logs, 'daemon.log'), 'utf8').split('\n');
  expect(lines[0]).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z info first$/);
  expect(lines[1]).toMatch(/warn two$/);
  expect(lines[2]).toBe('  lines');
  expect(lines[3]).toMatch(/error third: Error: the cause$/);
});

test('however long the daemon runs, the log is never larger than two files, and the newest lines are there', () => {
  const home = newHome();
  const largest = 10_000;
  const log = openLog(home, largest);
  for (let n = 0; n < 2000; n++) log.info(`entry ${n}`);
  const files = readdirSync(home.logs).sort();
  expect(files).toEqual(['daemon.1.log', 'daemon.log']);
  for (const file of files) expect(statSync(join(home.logs, file)).size).toBeLessThanOrEqual(largest);
  const kept = files.flatMap((file) => [...readFileSync(join(home.logs, file), 'utf8').matchAll(/entry (\d+)\n/g)]);
  const numbers = kept.map(([, number]) => Number(number));
  expect(numbers).toEqual(Array.from(numbers, (_, n) => 2000 - numbers.length + n));
  expect(numbers.length).toBeGreaterThan(largest / 50);
});

test('a log that an earlier daemon left large is put aside; one that cannot be is written on', () => {
  const home = newHome();
  const file = join(home.logs, 'daemon.log');
  writeFileSync(file, 'x'.repeat(2000));
  openLog(home, 1000).info('new');
  expect(statSync(file).size).toBeLessThan(100);
  expect(statSync(join(home.logs, 'daemon.1.log')).size).toBe(2000);

  const stuck = newHome();
  mkdirSync(join(stuck.logs, 'daemon.1.log', 'in the way'), { recursive: true });
  const log = openLog(stuck, 1000);
  for (let n = 0; n < 100; n++) log.info(`entry ${n}`);
  expect(readFileSync(join(stuck.logs, 'daemon.log'), 'utf8')).toContain('entry 99');
});
