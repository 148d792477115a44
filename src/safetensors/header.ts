/** @file Reads and validates the header of a safetensors file, without reading the tensors. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import type { ErrorCode } from '../errors/catalogue.js';
import { asLoraBridgeError, LoraBridgeError } from '../errors/lora-bridge-error.js';
import { bytesPerElement, isSafetensorsDtype, type SafetensorsDtype } from './dtype.js';
import { duplicateKey } from './duplicate-key.js';

/** Where a tensor is stored: bytes `begin` (inclusive) to `end` (exclusive) of the file. */
export interface TensorEntry {
  readonly name: string;
  readonly dtype: SafetensorsDtype;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

export interface SafetensorsFile {
  readonly path: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly tensors: ReadonlyMap<string, TensorEntry>;
}

/** The header of an SDXL checkpoint has 0.4 MB. The reference implementation accepts up to 100. */
const maximumHeaderBytes = 16 * 2 ** 20;
const lengthBytes = 8;

function fault(path: string, code: ErrorCode, what: string, cause?: unknown): LoraBridgeError {
  return new LoraBridgeError(code, `${path} is not a usable safetensors file: ${what}.`, {
    file: path,
    hint: 'Download or copy the file again; if that does not help, the file was written incorrectly and cannot be used.',
    cause,
  });
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isSize = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;

const isSizes = (value: unknown): value is number[] => Array.isArray(value) && value.every(isSize);

function readHeaderText(path: string): { text: string; dataBegin: number; fileSize: number } {
  let descriptor: number;
  try {
    descriptor = openSync(path, 'r');
  } catch (error) {
    throw asLoraBridgeError(error);
  }
  try {
    const stat = fstatSync(descriptor);
    if (!stat.isFile()) throw fault(path, 'input.safetensors.header', 'it is not a regular file');
    const prefix = Buffer.alloc(lengthBytes);
    if (readSync(descriptor, prefix, 0, lengthBytes, 0) < lengthBytes) {
      throw fault(path, 'input.safetensors.truncated', `it has only ${stat.size} bytes`);
    }
    const length = prefix.readBigUInt64LE();
    if (length > BigInt(maximumHeaderBytes)) {
      throw fault(path, 'input.safetensors.header', `its header claims ${length} bytes, more than 16 MB`);
    }
    const dataBegin = lengthBytes + Number(length);
    if (dataBegin > stat.size) {
      throw fault(path, 'input.safetensors.truncated', `its header claims ${length} bytes, the file has ${stat.size}`);
    }
    const header = Buffer.alloc(Number(length));
    const got = readSync(descriptor, header, 0, header.length, lengthBytes);
    if (got < header.length) throw fault(path, 'input.safetensors.truncated', 'its header is truncated');
    return { text: header.toString('utf8'), dataBegin, fileSize: stat.size };
  } finally {
    closeSync(descriptor);
  }
}

function parseEntry(path: string, name: string, entry: unknown, dataBegin: number, fileSize: number): TensorEntry {
  const bad = (what: string) => fault(path, 'input.safetensors.header', `tensor ${name} ${what}`);
  if (!isRecord(entry)) throw bad('is not described by an object');
  const { dtype, shape, data_offsets: offsets } = entry;
  if (!isSafetensorsDtype(dtype)) throw bad(`has the unknown type ${JSON.stringify(dtype)}`);
  if (!isSizes(shape)) throw bad('has an invalid shape');
  if (!isSizes(offsets)) throw bad('has invalid offsets');
  const [begin, end] = offsets;
  if (offsets.length !== 2 || begin === undefined || end === undefined || begin > end) {
    throw bad('has offsets in the wrong order');
  }
  const bytes = shape.reduce((product, size) => product * size, bytesPerElement[dtype]);
  if (bytes !== end - begin) throw bad(`takes ${end - begin} bytes where its shape needs ${bytes}`);
  if (dataBegin + end > fileSize) {
    throw fault(path, 'input.safetensors.truncated', `tensor ${name} extends beyond the end of the file`);
  }
  return { name, dtype, shape, begin: dataBegin + begin, end: dataBegin + end };
}

function parseMetadata(path: string, metadata: unknown): Record<string, string> {
  if (metadata === undefined) return {};
  if (!isRecord(metadata)) throw fault(path, 'input.safetensors.header', 'its metadata is not an object');
  const strings = Object.entries(metadata).filter((pair): pair is [string, string] => typeof pair[1] === 'string');
  if (strings.length !== Object.keys(metadata).length) {
    throw fault(path, 'input.safetensors.header', 'its metadata holds a value that is not a string');
  }
  return Object.fromEntries(strings);
}

/**
 * Opens a safetensors file: reads and validates its header, nothing else. Format:
 * https://huggingface.co/docs/safetensors (8 bytes of length, JSON, data).
 * @throws LoraBridgeError `input.safetensors.truncated` or `.header` with the file's path; `input.file.missing` or `.denied`.
 */
export function openSafetensors(path: string): SafetensorsFile {
  const { text, dataBegin, fileSize } = readHeaderText(path);
  let header: unknown;
  try {
    header = JSON.parse(text);
  } catch (cause) {
    throw fault(path, 'input.safetensors.header', 'its header is not JSON', cause);
  }
  if (!isRecord(header)) throw fault(path, 'input.safetensors.header', 'its header is not a JSON object');
  const twice = duplicateKey(text);
  if (twice !== undefined) throw fault(path, 'input.safetensors.header', `${twice} occurs twice in its header`);

  const tensors = new Map<string, TensorEntry>();
  for (const [name, entry] of Object.entries(header)) {
    if (name !== '__metadata__') tensors.set(name, parseEntry(path, name, entry, dataBegin, fileSize));
  }
  let previousEnd = dataBegin;
  for (const { name, begin, end } of [...tensors.values()].sort((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (begin < previousEnd) throw fault(path, 'input.safetensors.header', `tensor ${name} overlaps another`);
    previousEnd = end;
  }
  return { path, metadata: parseMetadata(path, header.__metadata__), tensors };
}
