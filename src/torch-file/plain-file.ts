/**
 * @file The layout of torch.save before PyTorch 1.6, or with `_use_new_zipfile_serialization=False`: a magic number, the version, the system,
 * the object and the keys of its storages, each a pickle; then every storage, preceded by its length.
 */
import { bytesPerElement } from '../safetensors/dtype.js';
import { ByteReader } from './byte-reader.js';
import { broken, refused } from './fault.js';
import type { ByteRange, OpenedPickle } from './opened-pickle.js';
import { readPickle } from './pickle.js';
import { isKind, type Storage } from './pickled-value.js';

/** The pickle of 0x1950a86a20f9469cfc6c. */
const magic = Buffer.from('80028a0a6cfc9c46f9206aa850192e', 'hex');

export function isPlainFile(start: Buffer): boolean {
  return start.subarray(0, magic.length).equals(magic);
}

/** @throws LoraBridgeError `input.torch.invalid`, `input.torch.unsupported`. */
export function openPlainFile(path: string, descriptor: number, size: number): OpenedPickle {
  const reader = new ByteReader(path, descriptor, magic.length, size);
  if (readPickle(reader).root !== 1001) throw refused(path, 'it is of an unknown version of torch.save');
  const system = readPickle(reader).root;
  if (isKind(system, 'dict') && system.entries.some(([key, value]) => key === 'little_endian' && value !== true)) {
    throw refused(path, 'its data is big-endian');
  }
  const pickle = readPickle(reader);
  const keys = readPickle(reader).root;
  if (!isKind(keys, 'list')) throw broken(path, 'it has no list of storages');
  const storages = new Map<string, ByteRange>();
  for (const key of keys.items) {
    const storage = pickle.storages.get(String(key));
    if (storage === undefined) throw broken(path, `nothing refers to its storage ${String(key)}`);
    storages.set(storage.key, place(reader, storage));
  }
  return { root: pickle.root, uncalled: pickle.uncalled, storages };
}

function place(reader: ByteReader, { key, dtype, elements }: Storage): ByteRange {
  if (reader.long() !== elements) throw broken(reader.path, `its storage ${key} has another size than declared`);
  const begin = reader.position;
  const end = begin + elements * bytesPerElement[dtype];
  reader.skipTo(end);
  return { begin, end };
}
