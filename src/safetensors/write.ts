/** @file Writes safetensors files, completely or not at all. */
import { writeSync } from 'node:fs';
import { LoraBridgeError } from '../errors/lora-bridge-error.js';
import { writeDurablySync } from '../files/durable.js';
import { bytesPerElement, type SafetensorsDtype } from './dtype.js';
import { fromFloats } from './floats.js';

/** A tensor to write: type and shape are needed first, the data only when it is written. */
export interface TensorToWrite {
  readonly name: string;
  readonly dtype: SafetensorsDtype;
  readonly shape: readonly number[];
  /** Row-major, little-endian. */
  bytes(): Uint8Array;
}

/** A float tensor to write, row-major. */
export interface TensorData {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

function writeAll(descriptor: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; ) {
    done += writeSync(descriptor, bytes, done, Math.min(bytes.length - done, 0x40000000));
  }
}

/** The header for tensors that are stored in this order, without gaps. */
function encodeHeader(tensors: readonly TensorToWrite[], metadata: Readonly<Record<string, string>>): Buffer {
  let offset = 0;
  const header: Record<string, unknown> = Object.keys(metadata).length > 0 ? { __metadata__: metadata } : {};
  for (const { name, dtype, shape } of tensors) {
    const begin = offset;
    offset += byteLength(dtype, shape);
    header[name] = { dtype, shape, data_offsets: [begin, offset] };
  }
  const json = Buffer.from(JSON.stringify(header));
  // The data begins at a multiple of 8, as in the reference implementation.
  const bytes = Buffer.alloc(8 + Math.ceil(json.length / 8) * 8, ' ');
  bytes.writeBigUInt64LE(BigInt(bytes.length - 8));
  json.copy(bytes, 8);
  return bytes;
}

const byteLength = (dtype: SafetensorsDtype, shape: readonly number[]): number =>
  shape.reduce((product, size) => product * size, bytesPerElement[dtype]);

/**
 * Writes tensors one at a time, wider elements first, so that all are aligned. The file appears under its name only when it is complete and
 * on disk; on failure nothing is left behind, and an older file of that name is unchanged.
 * @throws LoraBridgeError `resource.disk.full`, `input.file.denied`, `input.file.missing` (the folder), and what `bytes` throws.
 */
export function writeTensors(
  path: string,
  tensors: readonly TensorToWrite[],
  metadata: Readonly<Record<string, string>> = {},
): void {
  const ordered = [...tensors].sort((a, b) => bytesPerElement[b.dtype] - bytesPerElement[a.dtype]);
  writeDurablySync(path, (descriptor) => {
    writeAll(descriptor, encodeHeader(ordered, metadata));
    for (const { name, dtype, shape, bytes } of ordered) {
      const data = bytes();
      if (data.length !== byteLength(dtype, shape)) {
        throw new LoraBridgeError('internal', `Tensor ${name} has ${data.length} bytes for the shape [${shape}].`);
      }
      writeAll(descriptor, data);
    }
  });
}

/**
 * Writes float tensors, all with the same element type, otherwise as `writeTensors`.
 * @throws LoraBridgeError as `writeTensors`; `internal` for data that does not fill its shape.
 */
export function writeSafetensors(
  path: string,
  tensors: Readonly<Record<string, TensorData>>,
  options: { readonly dtype?: 'F32' | 'F16'; readonly metadata?: Readonly<Record<string, string>> } = {},
): void {
  const dtype = options.dtype ?? 'F32';
  const list = Object.entries(tensors).map(([name, { shape, data }]) => ({
    name,
    dtype,
    shape,
    bytes: () => fromFloats(dtype, data),
  }));
  writeTensors(path, list, options.metadata);
}
