/** @file Writes, reads and removes the descriptor of a running daemon. */
import { readFile, rm } from 'node:fs/promises';
import { LoraBridgeError } from '../errors/lora-bridge-error.js';
import { userOnly, writeDurably } from '../files/durable.js';
import { type Descriptor, descriptor } from '../protocol/descriptor.js';
import type { Home } from './home.js';

export async function writeDescriptor(home: Home, content: Descriptor): Promise<void> {
  await writeDurably(home.descriptor, `${JSON.stringify(content, null, 2)}\n`, { mode: userOnly });
}

/** The descriptor, or undefined when there is none. It may be that of a daemon that was killed. */
export async function readDescriptor(home: Home): Promise<Descriptor | undefined> {
  const text = await readFile(home.descriptor, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  try {
    return descriptor.parse(JSON.parse(text));
  } catch (cause) {
    throw new LoraBridgeError('state.daemon.absent', `${home.descriptor} is not a valid daemon descriptor.`, {
      file: home.descriptor,
      hint: 'Delete the file and start the daemon again.',
      cause,
    });
  }
}

/** Removes the descriptor of this daemon, not that of a later one. */
export async function removeDescriptor(home: Home, instance: string): Promise<void> {
  const present = await readDescriptor(home).catch(() => undefined);
  if (present?.instance === instance) await rm(home.descriptor, { force: true });
}
