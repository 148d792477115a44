/** @file A daemon for the demonstration alone: its own process, its own data folder. */
import { once } from 'node:events';
import { existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { DaemonClient } from '../../src/client/daemon-client.js';
import { homeAt } from '../../src/store/home.js';
import { start } from './command.js';

export interface OwnDaemon {
  readonly client: DaemonClient;
  /** Resolves on Ctrl-C. */
  interrupted(): Promise<void>;
  /** Ends client and daemon. */
  close(): Promise<void>;
}

/** Gives a data folder the engines that `engine install` has installed for this user. */
export function shareEngines(home: string): void {
  const { engines } = homeAt();
  const link = homeAt(home).engines;
  if (!existsSync(engines) || existsSync(link)) return;
  mkdirSync(home, { recursive: true });
  // On Windows a junction needs no rights.
  symlinkSync(engines, link, 'junction');
}

/** Starts the daemon as its own process and connects to it. */
export async function openDaemon(home: string): Promise<OwnDaemon> {
  shareEngines(home);
  const child = start(['daemon', '--json'], home, true);
  const ended = once(child, 'exit');
  const first = await Promise.race([once(child.stdout, 'data').then(() => 'listening'), ended.then(() => 'ended')]);
  if (first === 'ended') throw new Error(`The daemon did not start; see ${home}/logs.`);
  const client = await DaemonClient.connect({ home, name: 'demo' });
  return {
    client,
    interrupted: () => new Promise((resolve) => process.once('SIGINT', resolve)),
    async close(): Promise<void> {
      await client.close();
      child.kill('SIGTERM');
      await ended;
    },
  };
}
