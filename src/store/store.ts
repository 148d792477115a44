/** @file Everything that outlives a daemon, opened together. */
import { open, readdir, stat } from 'node:fs/promises';
import { asLoraBridgeError, LoraBridgeError } from '../errors/lora-bridge-error.js';
import { Database } from './database.js';
import { EventLog } from './event-log.js';
import { Garbage } from './garbage.js';
import type { Home } from './home.js';
import { Jobs } from './jobs.js';
import { Pictures } from './pictures.js';
import { epochOf } from './settings.js';
import { ShotIntake } from './shot-intake.js';
import { Shots } from './shots.js';

export interface Store {
  readonly epoch: string;
  readonly database: Database;
  readonly events: EventLog;
  readonly garbage: Garbage;
  readonly jobs: Jobs;
  readonly shots: Shots;
  readonly pictures: Pictures;
  readonly intake: ShotIntake;
}

/**
 * An empty database next to images or runs is not a new data folder: its rows are lost, and to start over would hide that.
 * @throws LoraBridgeError `state.database.lost`
 */
async function requireDatabase({ folder, database, pictures, runs }: Home): Promise<void> {
  if (((await stat(database).catch(() => undefined))?.size ?? 0) > 0) return;
  const images = (await readdir(pictures)).filter((name) => /^[0-9a-f]{64}$/.test(name)).length;
  const folders = (await readdir(runs)).length;
  if (images + folders === 0) return;
  throw new LoraBridgeError(
    'state.database.lost',
    `The database ${database} is missing or empty, but ${folder} has ${images} images and ${folders} runs.`,
    {
      file: database,
      hint: 'Restore state.db from a backup, or move the folders pictures and runs elsewhere to start without them.',
    },
  );
}

/** Opens the store of a data folder that exists. Only the holder of the folder's lock may do so. */
export async function openStore(home: Home): Promise<Store> {
  await requireDatabase(home);
  // SQLite gives its other files the permissions of this one.
  await (await open(home.database, 'a', 0o600)).close();
  const database = new Database(home.database);
  try {
    const shots = new Shots(database);
    const pictures = await Pictures.open(home.pictures);
    return {
      epoch: epochOf(database),
      database,
      events: new EventLog(database),
      garbage: new Garbage(database),
      jobs: new Jobs(database),
      shots,
      pictures,
      intake: new ShotIntake(database, shots, pictures),
    };
  } catch (error) {
    await database.close();
    throw asLoraBridgeError(error);
  }
}
