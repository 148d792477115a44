/** @file Writing a file so that nobody ever sees half of it. */
import { randomUUID } from 'node:crypto';
import { rename, rm, writeFile } from 'node:fs/promises';
import { asLoraBridgeError } from '../errors/lora-bridge-error.js';

/**
 * Writes beside the file under another name, then renames. On failure nothing is left behind.
 * @throws LoraBridgeError `resource.disk.full`, `input.file.*`
 */
export async function writeFileAtomically(file: string, data: string | Uint8Array): Promise<void> {
  const temporary = `${file}.${randomUUID().slice(0, 8)}.tmp`;
  try {
    await writeFile(temporary, data);
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw asLoraBridgeError(error, file);
  }
}
