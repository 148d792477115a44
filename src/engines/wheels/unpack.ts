/** @file Extracts parts of a wheel. */
import { createWriteStream } from 'node:fs';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import yauzl from 'yauzl';
import { asLoraBridgeError, LoraBridgeError } from '../../errors/lora-bridge-error.js';

/**
 * Writes parts of a wheel into a folder, under the last part of their names, and waits until they are on the disk.
 * @param parts bytes of each part by its name in the wheel; more are never written
 * @throws LoraBridgeError `resource.download.damaged` when the wheel lacks a part or has it in another size, `resource.disk.full`
 */
export async function unpackWheel(
  wheel: string,
  parts: Readonly<Record<string, number>>,
  folder: string,
): Promise<void> {
  const missing = new Set(Object.keys(parts));
  const damaged = (what: string, cause?: unknown): LoraBridgeError =>
    new LoraBridgeError('resource.download.damaged', `${wheel} ${what}.`, {
      file: wheel,
      cause,
      hint: 'Run the same command again. If this repeats, please report it.',
    });
  const archive = await yauzl.openPromise(wheel, { lazyEntries: true, autoClose: false }).catch((cause: unknown) => {
    throw damaged('is not a valid zip archive', cause);
  });
  try {
    for await (const entry of archive.eachEntry()) {
      if (!missing.delete(entry.fileName)) continue;
      if (entry.uncompressedSize !== parts[entry.fileName])
        throw damaged(`holds ${entry.fileName} with ${entry.uncompressedSize} bytes`);
      const target = join(folder, basename(entry.fileName));
      const file = createWriteStream(target, { flush: true });
      await pipeline(await archive.openReadStreamPromise(entry), file).catch((cause: unknown) => {
        const known = asLoraBridgeError(cause, target);
        throw known.code === 'internal' ? damaged(`holds a broken ${entry.fileName}`, cause) : known;
      });
    }
  } finally {
    archive.close();
  }
  if (missing.size > 0) throw damaged(`holds no ${[...missing].join(', ')}`);
}
