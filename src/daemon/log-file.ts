/** @file The daemon's log: one line an entry, in `logs/daemon.log`. */
import { appendFileSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Log } from '../jobs/log.js';
import type { Home } from '../store/home.js';

const largestLog = 4 << 20;

/** Opens the log; one that has grown large becomes `daemon.1.log`. Lines that a full disk swallows are lost. */
export function openLog(home: Home): Log {
  const file = join(home.logs, 'daemon.log');
  if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > largestLog)
    renameSync(file, join(home.logs, 'daemon.1.log'));
  const write = (level: string, message: string): void => {
    try {
      appendFileSync(file, `${new Date().toISOString()} ${level} ${message.replaceAll('\n', '\n  ')}\n`);
    } catch {
      // A log that cannot be written must not stop the work.
    }
  };
  return {
    info: (message) => write('info', message),
    warn: (message) => write('warn', message),
    error: (message, cause) => {
      const details = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause ?? '');
      write('error', details === '' ? message : `${message}: ${details}`);
    },
  };
}
