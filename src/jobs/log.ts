/** @file Logs: what a part of the daemon needs to write one, and how a log's file is kept small. */
import { renameSync, statSync } from 'node:fs';

export interface Log {
  info(message: string): void;
  warn(message: string): void;
  error(message: string, cause?: unknown): void;
}

/** Bytes after which a log is put aside. */
export const largestLog = 4 << 20;

/**
 * Makes `name.log` into `name.1.log`, in place of an earlier one, when it has more than `largest` bytes. Returns how many bytes
 * `name.log` has now. A file that cannot be renamed goes on growing: a log must not stop the work.
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
