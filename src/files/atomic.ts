/**
 * @file Atomic writes: other processes see the old file or the whole new one, never a part. After a power cut the new one may be empty
 * or missing, so this is for what can be made again; for the rest there is durable.ts, which waits for the disk.
 */
import { writeFileSync } from 'node:fs';
import { copyFile, writeFile } from 'node:fs/promises';
import { replaceWith, replaceWithSync } from './replace.js';

/** @throws LoraBridgeError as `replaceWith` */
export async function writeAtomically(file: string, data: string | Uint8Array): Promise<void> {
  await replaceWith(file, (temporary) => writeFile(temporary, data));
}

/** @throws LoraBridgeError as `replaceWith` */
export function writeAtomicallySync(file: string, data: string | Uint8Array): void {
  replaceWithSync(file, (temporary) => writeFileSync(temporary, data));
}

/** @throws LoraBridgeError as `replaceWith` */
export async function copyAtomically(from: string, to: string): Promise<void> {
  await replaceWith(to, (temporary) => copyFile(from, temporary));
}
