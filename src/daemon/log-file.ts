/** @file The daemon's log: one line an entry, in `logs/daemon.log`; what came before that is in `logs/daemon.1.log`. */
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Log, largestLog, rotateLog } from '../jobs/log.js';
import type { Home } from '../store/home.js';

/** Opens the log; its two files never have more than `largest` bytes each. Lines are lost while the disk is full. */
export function openLog(home: Home, largest = largestLog): Log {
  const file = join(home.logs, 'daemon.log');
  // A line of which only a part fits stands whole in the next file.
  let size = rotateLog(file, largest);
  const write = (level: string, message: string): void => {
    const line = `${new Date().toISOString()} ${level} ${message.replaceAll('\n', '\n  ')}\n`;
    const bytes = Buffer.byteLength(line);
    try {
      if (size + bytes > largest) size = rotateLog(file, largest - bytes);
      appendFileSync(file, line);
      size += bytes;
    } catch {
      // Logging must never stop the work.
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
