/** @file The interface of a log, and how log files are kept small. */
import { renameSync, statSync } from 'node:fs';

export interface Log {
  info(message: string): void;
  warn(message: string): void;
  error(message: string, cause?: unknown): void;
}

/** Bytes after which a log is rotated. */
export const largestLog = 4 << 20;

/**
 * Renames `name.log` to `name.1.log`, replacing an earlier one, when it has more than `largest` bytes. Returns the size that
 * `name.log` has now. A file that cannot be renamed keeps growing: logging must never stop the work.
 */
export function rotateLog(file: string, largest = largestLog): number {
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (size <= largest) return size;
  try {
    renameSync(file, file.replace(/\.log$/, '.1.log'));
    return 0;
  } catch {
    return size;
  }
}
