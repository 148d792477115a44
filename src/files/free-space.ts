/** @file Checks for free disk space before it is filled. */
import { statfs } from 'node:fs/promises';
import { LoraBridgeError } from '../errors/lora-bridge-error.js';

/**
 * Checks that an existing folder has room for `bytes` more. @param what needs them, for the message
 * @throws LoraBridgeError `resource.disk.full`
 */
export async function requireSpace(folder: string, bytes: number, what: string): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  if (free >= bytes) return;
  const gigabytes = (size: number): string => (size / 1e9).toFixed(1);
  throw new LoraBridgeError(
    'resource.disk.full',
    `${what} needs ${gigabytes(bytes)} GB of space in ${folder}, but only ${gigabytes(free)} GB is free.`,
    { file: folder, hint: 'Free some space on that disk, or set LORA_BRIDGE_HOME to another.' },
  );
}
