/** @file A damaged database with intact images. */
import { open, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Scenario, scenario } from '../scenario.js';
import { isHelpful, makeHome, reopen } from './home.js';

const pageBytes = 4096;
const databaseOf = (home: string): string => join(home, 'state.db');

const promises = {
  noticed: 'the damage is noticed at the start, or everything acknowledged before and after is there',
  helpful: 'the refusal has a documented code, and a hint that names the way out',
  status: 'GET /status is whole, or an error',
} as const;

const damagedPage = scenario({
  part: 'disk',
  name: 'database-page',
  promises,
  async run(round) {
    const { home, shots } = await makeHome(round, 60);
    const file = databaseOf(home);
    const pages = Math.floor((await stat(file)).size / pageBytes);
    const handle = await open(file, 'r+');
    const page = round.random.integer(0, pages - 1);
    await handle.write(round.random.bytes(pageBytes), 0, pageBytes, page * pageBytes);
    await handle.close();
    const { refusal, lost, isStatusWhole } = await reopen(round, home, shots);
    const which = `page ${page} of ${pages}`;
    round.check('noticed', refusal !== undefined || lost.length === 0, `${which}: ${lost.slice(0, 3).join('; ')}`);
    round.check('status', isStatusWhole, `${which}: it is cut short`);
    if (refusal !== undefined) round.check('helpful', isHelpful(refusal), `${which}: ${refusal.slice(0, 400)}`);
  },
});

const emptyDatabase = scenario({
  part: 'disk',
  name: 'database-empty',
  promises,
  async run(round) {
    const { home, shots } = await makeHome(round);
    const file = databaseOf(home);
    for (const suffix of ['-wal', '-shm']) await rm(`${file}${suffix}`, { force: true });
    if (round.random.next() < 0.5) await rm(file);
    else await writeFile(file, '');
    const { refusal, lost, isStatusWhole } = await reopen(round, home, shots);
    round.check('noticed', refusal !== undefined || lost.length === 0, `${lost.length} lost: ${lost[0]}`);
    round.check('status', isStatusWhole, 'it is cut short');
    if (refusal !== undefined) round.check('helpful', isHelpful(refusal), refusal.slice(0, 400));
  },
});

export const databases: readonly Scenario[] = [damagedPage, emptyDatabase];
