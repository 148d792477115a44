/** @file Everything that outlives a daemon, opened together. */
import { asLoraBridgeError } from '../errors/lora-bridge-error.js';
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

/** Opens the store of a data folder that exists. Only the holder of the folder's lock may do so. */
export async function openStore(home: Home): Promise<Store> {
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
