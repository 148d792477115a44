/**
 * @file Giving a file or folder its final name. On Windows, and on drives shared from it, a name that another program holds open for
 * a moment (a WebUI that loads a LoRA, a virus scanner) cannot be replaced: the rename is retried with growing pauses.
 */
import { randomUUID } from 'node:crypto';
import { renameSync, rmSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { asLoraBridgeError, LoraBridgeError } from '../errors/lora-bridge-error.js';

const transient: readonly (string | undefined)[] = ['EPERM', 'EACCES', 'EBUSY'];

/** Milliseconds between attempts: 5 seconds in all, longer than a virus scanner or the loading of a LoRA usually takes. */
const pauses = [10, 20, 40, 80, 160, 320, 640, 1280, 2560];

const isTransient = (error: unknown): boolean => transient.includes((error as NodeJS.ErrnoException).code);

/**
 * Renames `from` to `to`, and replaces a file that has that name.
 * @throws the file system's own error, `EPERM`, `EACCES` and `EBUSY` only when they persist for 5 seconds
 */
export async function replace(from: string, to: string): Promise<void> {
  for (const milliseconds of pauses) {
    try {
      return await rename(from, to);
    } catch (error) {
      if (!isTransient(error)) throw error;
      await pause(milliseconds);
    }
  }
  await rename(from, to);
}

/** As `replace`, for processes that compute and have nothing else to do meanwhile. */
export function replaceSync(from: string, to: string): void {
  for (const milliseconds of pauses) {
    try {
      renameSync(from, to);
      return;
    } catch (error) {
      if (!isTransient(error)) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
    }
  }
  renameSync(from, to);
}

/** The folder takes new files, as the temporary one shows: a name that still cannot be replaced is held or protected itself. */
function renameError(error: unknown, file: string): LoraBridgeError {
  const { syscall, code } = error as NodeJS.ErrnoException;
  if (syscall !== 'rename' || !isTransient(error)) return asLoraBridgeError(error, file);
  const what = code === 'EBUSY' ? 'is in use by another program' : 'is in use by another program, or write-protected';
  return new LoraBridgeError('resource.file.busy', `${file} ${what}.`, { file, cause: error });
}

/** A name next to `file` under which it is written first. No program takes a `.tmp` for a LoRA or an image. */
export const temporaryName = (file: string): string => `${file}.${randomUUID().slice(0, 8)}.tmp`;

/**
 * Has `write` make a file under a temporary name, which must be on the same file system, and then gives it its own. On failure nothing
 * is left behind and an older file stays as it was.
 * @throws LoraBridgeError `resource.disk.full`, `resource.file.busy`, `input.file.*`, and what `write` throws
 */
export async function replaceWith(
  file: string,
  write: (temporary: string) => Promise<void>,
  temporary = temporaryName(file),
): Promise<void> {
  try {
    await write(temporary);
    await replace(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw renameError(error, file);
  }
}

/** As `replaceWith`, for processes that compute and have nothing else to do meanwhile. */
export function replaceWithSync(file: string, write: (temporary: string) => void): void {
  const temporary = temporaryName(file);
  try {
    write(temporary);
    replaceSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw renameError(error, file);
  }
}
