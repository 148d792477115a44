/** @file The parts of a zip archive on a server; only its directory is fetched. */
import { Readable } from 'node:stream';
import yauzl from 'yauzl';

class RemoteFile extends yauzl.RandomAccessReader {
  constructor(private readonly url: string) {
    super();
  }

  override _readStreamForRange(start: number, end: number): Readable {
    return Readable.from(this.#range(start, end));
  }

  async *#range(start: number, end: number): AsyncGenerator<Uint8Array> {
    const response = await fetch(this.url, { headers: { Range: `bytes=${start}-${end - 1}` } });
    if (response.status !== 206 || response.body === null) throw new Error(`${this.url} answered ${response.status}.`);
    yield* response.body;
  }
}

/** Bytes of each part by its name. */
export async function remoteParts(url: string, size: number): Promise<Map<string, number>> {
  const parts = new Map<string, number>();
  const archive = await yauzl.fromRandomAccessReaderPromise(new RemoteFile(url), size, { lazyEntries: true });
  for await (const entry of archive.eachEntry()) parts.set(entry.fileName, entry.uncompressedSize);
  return parts;
}
