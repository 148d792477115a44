/** @file Writes safetensors files: whole or not at all. */
import { randomUUID } from 'node:crypto';
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { asLoraBridgeError, LoraBridgeError } from '../errors/lora-bridge-error.js';
import { floatToHalf } from './half.js';

/** A tensor to write: row-major data, as many numbers as the shape says. */
export interface TensorData {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

function writeAll(descriptor: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; ) {
    done += writeSync(descriptor, bytes, done, Math.min(bytes.length - done, 0x40000000));
  }
}

/** Makes a rename durable. Windows has no handle for a folder; its rename is journalled. */
function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function encodeHeader(
  tensors: Readonly<Record<string, TensorData>>,
  dtype: 'F32' | 'F16',
  metadata: Readonly<Record<string, string>>,
): Buffer {
  let offset = 0;
  const header: Record<string, unknown> = Object.keys(metadata).length > 0 ? { __metadata__: metadata } : {};
  for (const [name, { shape, data }] of Object.entries(tensors)) {
    if (shape.reduce((product, size) => product * size, 1) !== data.length) {
      throw new LoraBridgeError('internal', `Tensor ${name} has ${data.length} numbers for the shape [${shape}].`);
    }
    const begin = offset;
    offset += data.length * (dtype === 'F32' ? 4 : 2);
    header[name] = { dtype, shape, data_offsets: [begin, offset] };
  }
  const json = Buffer.from(JSON.stringify(header));
  // The data begin at a multiple of 8, as the reference implementation has it.
  const bytes = Buffer.alloc(8 + Math.ceil(json.length / 8) * 8, ' ');
  bytes.writeBigUInt64LE(BigInt(bytes.length - 8));
  json.copy(bytes, 8);
  return bytes;
}

/**
 * Writes tensors in the given order, all with one element type. The file appears under its name only when it is complete and on
 * disk; on failure nothing is left behind and an older file of that name stays as it was.
 * @throws LoraBridgeError `resource.disk.full`, `input.file.denied`, `input.file.missing` (the folder).
 */
export function writeSafetensors(
  path: string,
  tensors: Readonly<Record<string, TensorData>>,
  options: { readonly dtype?: 'F32' | 'F16'; readonly metadata?: Readonly<Record<string, string>> } = {},
): void {
  const dtype = options.dtype ?? 'F32';
  const header = encodeHeader(tensors, dtype, options.metadata ?? {});
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    const descriptor = openSync(temporary, 'wx');
    try {
      writeAll(descriptor, header);
      for (const { data } of Object.values(tensors)) {
        const packed = dtype === 'F32' ? data : floatToHalf(data);
        writeAll(descriptor, new Uint8Array(packed.buffer, packed.byteOffset, packed.byteLength));
      }
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(temporary, path);
    syncFolder(dirname(path));
  } catch (error) {
    rmSync(temporary, { force: true });
    throw asLoraBridgeError(error, path);
  }
}
