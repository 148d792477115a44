/** @file Where the data folder is, and the paths in it. */
import { chmodSync, mkdirSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';

export interface Home {
  readonly folder: string;
  /** The descriptor of the running daemon. */
  readonly descriptor: string;
  /** Held by the running daemon. */
  readonly lock: string;
  readonly database: string;
  readonly pictures: string;
  readonly runs: string;
  readonly models: string;
  /** Installed engines. */
  readonly engines: string;
  readonly logs: string;
}

/** The data folder: `LORA_BRIDGE_HOME`, else the platform's folder for the state of programs. */
export function homeFolder(env: NodeJS.ProcessEnv = process.env, platform: NodeJS.Platform = process.platform): string {
  if (env.LORA_BRIDGE_HOME) return resolve(env.LORA_BRIDGE_HOME);
  if (platform === 'win32') return join(env.LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'), 'lora-bridge');
  if (platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'lora-bridge');
  // The XDG specification says that relative paths are ignored.
  const state = env.XDG_STATE_HOME;
  return join(state && isAbsolute(state) ? state : join(homedir(), '.local', 'state'), 'lora-bridge');
}

/** The paths in a data folder; nothing is created. */
export function homeAt(folder: string = homeFolder()): Home {
  return {
    folder,
    descriptor: join(folder, 'daemon.json'),
    lock: join(folder, 'daemon.lock'),
    database: join(folder, 'state.db'),
    pictures: join(folder, 'pictures'),
    runs: join(folder, 'runs'),
    models: join(folder, 'models'),
    engines: join(folder, 'engines'),
    logs: join(folder, 'logs'),
  };
}

/** Takes the permissions of others away from what exists. Windows has access lists instead, which the folder inherits. */
function restrict(path: string, mode: number): void {
  try {
    if ((statSync(path).mode & 0o777 & ~mode) !== 0) chmodSync(path, mode);
  } catch {
    // It does not exist yet, or it belongs to somebody else, whose permissions these are.
  }
}

/** Creates the data folder, readable by its owner only, also where it exists. */
export function createHome(home: Home): void {
  mkdirSync(home.folder, { recursive: true, mode: 0o700 });
  restrict(home.folder, 0o700);
  for (const ending of ['', '-wal', '-shm']) restrict(`${home.database}${ending}`, 0o600);
  for (const folder of [home.pictures, home.runs, home.models, home.logs]) mkdirSync(folder, { recursive: true });
}
