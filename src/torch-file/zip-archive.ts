/** @file Locates the entries of a zip archive. torch stores them uncompressed, so that they can be read in place. */
import type { Stats } from 'node:fs';
import yauzl from 'yauzl';
import { broken, refused } from './fault.js';
import type { ByteRange } from './opened-pickle.js';

/** Checkpoints of SDXL have about 3,000. */
const maximumParts = 100_000;

/**
 * The byte ranges of an archive's entries, by name.
 * @param descriptor stays open, and belongs to the caller
 * @throws LoraBridgeError `input.torch.invalid` for an invalid archive, `input.torch.unsupported` for compressed entries: torch's
 * archives have none, and they could be zip bombs.
 */
export async function zipParts(path: string, descriptor: number, { size }: Stats): Promise<Map<string, ByteRange>> {
  const parts = new Map<string, ByteRange>();
  let archive: yauzl.ZipFile;
  try {
    archive = await yauzl.fromFdPromise(descriptor, { autoClose: false, lazyEntries: true });
  } catch (cause) {
    throw broken(path, 'it is not a valid zip archive', cause);
  }
  if (archive.entryCount > maximumParts) throw refused(path, `it claims ${archive.entryCount} entries`);
  try {
    for await (const entry of archive.eachEntry()) {
      const { fileName: name, compressionMethod, compressedSize } = entry;
      if (compressionMethod !== 0) throw refused(path, `its entry ${name} is compressed, which torch.save never does`);
      if (entry.isEncrypted()) throw refused(path, `its entry ${name} is encrypted`);
      const { fileDataStart: begin } = await archive.readLocalFileHeaderPromise(entry, { minimal: true });
      if (begin + compressedSize > size) throw broken(path, `its entry ${name} extends beyond the end of the file`);
      if (parts.has(name)) throw broken(path, `its entry ${name} occurs twice`);
      parts.set(name, { begin, end: begin + compressedSize });
    }
  } catch (cause) {
    if (cause instanceof Error && cause.name === 'LoraBridgeError') throw cause;
    throw broken(path, 'its central directory is damaged', cause);
  }
  return parts;
}
