/**
 * @file Opens files of `torch.save` (`.ckpt`, `.pt`, `.bin`) as tensors, and never runs code from them. Supports both layouts, the zip archive of
 * PyTorch 1.6 and later, and the plain one before it.
 */
import { closeSync, fstatSync, openSync, readSync, type Stats } from 'node:fs';
import { asLoraBridgeError } from '../errors/lora-bridge-error.js';
import { bytesPerElement } from '../safetensors/dtype.js';
import type { StoredTensor, TensorSource } from '../safetensors/stored-tensor.js';
import { ByteReader } from './byte-reader.js';
import { broken, refused } from './fault.js';
import type { ByteRange, OpenedPickle } from './opened-pickle.js';
import { readPickle } from './pickle.js';
import type { PickledTensor, Storage } from './pickled-value.js';
import { isPlainFile, openPlainFile } from './plain-file.js';
import { findTensors } from './state-dict.js';
import { elementsOf, gather, isContiguous, span } from './strided.js';
import { zipParts } from './zip-archive.js';

export interface TorchFile extends TensorSource {
  /** Entries of the file that are not weights, such as an optimizer's state. */
  readonly leftOut: readonly string[];
  /** Python functions that loading the file in PyTorch would call. */
  readonly uncalled: readonly string[];
  /** After this no tensor can be read. */
  close(): void;
}

/** The pickle of an SDXL checkpoint has about 0.3 MB. */
const maximumPickleBytes = 64 * 2 ** 20;
/** Tensors may share storages, so that together they are larger than the file, but hardly by more than this factor. */
const maximumCopies = 4;

/**
 * Opens a file. Each tensor is read when its bytes are requested.
 * @throws LoraBridgeError `input.torch.invalid`, `input.torch.unsupported`, `input.file.missing`, `input.file.denied`.
 */
export async function openTorchFile(path: string): Promise<TorchFile> {
  let descriptor: number;
  try {
    descriptor = openSync(path, 'r');
  } catch (error) {
    throw asLoraBridgeError(error, path);
  }
  try {
    const stat = fstatSync(descriptor);
    if (!stat.isFile()) throw broken(path, 'it is not a regular file');
    const { root, uncalled, storages } = await openLayout(path, descriptor, stat);
    const { tensors, leftOut } = findTensors(path, root);
    let bytes = 0;
    const stored = Array.from(tensors, ([name, tensor]): [string, StoredTensor] => {
      const place = placeOf(path, name, tensor, storages);
      bytes += elementsOf(tensor) * bytesPerElement[tensor.storage.dtype];
      if (bytes > maximumCopies * stat.size) throw refused(path, 'its tensors are far larger than the file');
      const { dtype } = tensor.storage;
      return [name, { name, dtype, shape: tensor.shape, bytes: () => read(path, descriptor, tensor, place) }];
    });
    return {
      path,
      metadata: {},
      tensors: new Map(stored),
      leftOut,
      uncalled: [...uncalled],
      close: () => closeSync(descriptor),
    };
  } catch (error) {
    closeSync(descriptor);
    throw asLoraBridgeError(error, path);
  }
}

async function openLayout(path: string, descriptor: number, stat: Stats): Promise<OpenedPickle> {
  const head = Buffer.alloc(32);
  const start = head.subarray(0, readSync(descriptor, head, 0, head.length, 0));
  if (start.toString('latin1', 0, 4) === 'PK\x03\x04') return await openArchive(path, descriptor, stat);
  if (isPlainFile(start)) return openPlainFile(path, descriptor, stat.size);
  const length = start.length > 8 ? Number(start.readBigUInt64LE()) : 0;
  if (start[8] === 0x7b && length < stat.size) throw refused(path, 'it is a safetensors file under another name');
  throw broken(path, 'it is in neither of the two formats of torch.save');
}

async function openArchive(path: string, descriptor: number, stat: Stats): Promise<OpenedPickle> {
  const parts = await zipParts(path, descriptor, stat);
  const [name, part] = [...parts].find(([other]) => /^(?:[^/]+\/)?data\.pkl$/.test(other)) ?? [];
  if (name === undefined || part === undefined) throw refused(path, 'it is a zip archive without data.pkl');
  if (part.end - part.begin > maximumPickleBytes) throw refused(path, 'its pickle is larger than 64 MB');
  const folder = name.slice(0, -'data.pkl'.length);
  const order = parts.get(`${folder}byteorder`);
  if (order !== undefined && textOf(descriptor, order) !== 'little') throw refused(path, 'its data is big-endian');
  const { root, uncalled } = readPickle(new ByteReader(path, descriptor, part.begin, part.end));
  const prefix = `${folder}data/`;
  const storages = [...parts].filter(([other]) => other.startsWith(prefix));
  return {
    root,
    uncalled,
    storages: new Map(storages.map(([other, place]) => [other.slice(prefix.length), place])),
  };
}

function textOf(descriptor: number, { begin, end }: ByteRange): string {
  const bytes = Buffer.alloc(Math.min(end - begin, 16));
  return bytes.toString('latin1', 0, readSync(descriptor, bytes, 0, bytes.length, begin));
}

/** The byte range that a tensor spans. */
function placeOf(
  path: string,
  name: string,
  tensor: PickledTensor,
  storages: ReadonlyMap<string, ByteRange>,
): ByteRange {
  const { storage, offset } = tensor;
  const part = storages.get(storage.key);
  if (part === undefined) throw broken(path, `the data of ${name} is missing`);
  const width = bytesPerElement[storage.dtype];
  checkStorage(path, storage, part);
  const begin = part.begin + offset * width;
  const end = begin + span(tensor) * width;
  if (!(end <= part.end)) throw broken(path, `${name} extends beyond its storage`);
  return { begin, end };
}

function checkStorage(path: string, { key, dtype, elements }: Storage, { begin, end }: ByteRange): void {
  if (elements * bytesPerElement[dtype] > end - begin) throw broken(path, `it is truncated within its storage ${key}`);
}

function read(path: string, descriptor: number, tensor: PickledTensor, { begin, end }: ByteRange): Uint8Array {
  const bytes = Buffer.from(new ArrayBuffer(end - begin));
  for (let got = 0; got < bytes.length; ) {
    // One read takes at most 2 GiB − 1 bytes.
    const more = readSync(descriptor, bytes, got, Math.min(bytes.length - got, 0x40000000), begin + got);
    if (more === 0) throw broken(path, 'it was truncated while it was read');
    got += more;
  }
  return isContiguous(tensor) ? bytes : gather(tensor, bytes);
}
