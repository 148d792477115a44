/** @file Malicious and broken headers lead to an error with code, file and hint. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LoraBridgeError } from '../../src/errors/lora-bridge-error.js';
import { openSafetensors } from '../../src/safetensors/header.js';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'safetensors-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function write(header: string, data = 8, claimed = BigInt(Buffer.byteLength(header))): string {
  const path = join(folder, 'model.safetensors');
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(claimed);
  writeFileSync(path, Buffer.concat([length, Buffer.from(header), Buffer.alloc(data)]));
  return path;
}

function failure(path: string): LoraBridgeError {
  try {
    openSafetensors(path);
  } catch (error) {
    if (error instanceof LoraBridgeError) return error;
    throw error;
  }
  throw new Error('the file was accepted');
}

const tensor = (begin: number, end: number, shape = [(end - begin) / 4]) =>
  JSON.stringify({ dtype: 'F32', shape, data_offsets: [begin, end] });

describe('a valid header', () => {
  it('gives absolute offsets, shapes and metadata', () => {
    const header = `{"__metadata__":{"format":"pt"},"a":${tensor(0, 4)},"b.c":${tensor(4, 8, [])}}`;
    const file = openSafetensors(write(header));
    expect(file.metadata).toEqual({ format: 'pt' });
    const begin = 8 + header.length;
    expect(file.tensors.get('a')).toEqual({ name: 'a', dtype: 'F32', shape: [1], begin, end: begin + 4 });
    expect(file.tensors.get('b.c')?.begin).toBe(begin + 4);
  });

  it('may repeat a key in different objects', () => {
    expect(openSafetensors(write(`{"dtype":${tensor(0, 4)},"shape":${tensor(4, 8)}}`)).tensors.size).toBe(2);
  });
});

describe('a broken header', () => {
  const cases: [name: string, code: string, says: RegExp, header: string, data?: number, claimed?: bigint][] = [
    ['claims more than the file', 'input.safetensors.truncated', /claims 900/, '{}', 0, 900n],
    ['claims 100 MB', 'input.safetensors.header', /16 MB/, '{}', 0, 100_000_000n],
    ['claims 2^64 - 1 bytes', 'input.safetensors.header', /16 MB/, '{}', 0, 0xffffffffffffffffn],
    ['is not JSON', 'input.safetensors.header', /not JSON/, '{"a":'],
    ['is a list', 'input.safetensors.header', /not a JSON object/, '[]'],
    ['repeats a tensor', 'input.safetensors.header', /a occurs twice/, `{"a":${tensor(0, 4)},"a":${tensor(4, 8)}}`],
    [
      'repeats a tensor under an escape',
      'input.safetensors.header',
      /a occurs twice/,
      `{"a":${tensor(0, 4)},"\\u0061":${tensor(4, 8)}}`,
    ],
    ['lets tensors overlap', 'input.safetensors.header', /b overlaps/, `{"a":${tensor(0, 8)},"b":${tensor(4, 8)}}`],
    ['points beyond the file', 'input.safetensors.truncated', /beyond the end of the file/, `{"a":${tensor(4, 12)}}`],
    ['has negative offsets', 'input.safetensors.header', /invalid offsets/, `{"a":${tensor(-4, 4)}}`],
    ['has reversed offsets', 'input.safetensors.header', /offsets in the wrong order/, `{"a":${tensor(8, 4, [1])}}`],
    ['has a wrong byte count', 'input.safetensors.header', /takes 8 bytes/, `{"a":${tensor(0, 8, [3])}}`],
    ['has an overflowing shape', 'input.safetensors.header', /needs/, `{"a":${tensor(0, 8, [2 ** 40, 2 ** 40])}}`],
    ['has fractional sizes', 'input.safetensors.header', /invalid shape/, `{"a":${tensor(0, 8, [0.5])}}`],
    [
      'has an unknown type',
      'input.safetensors.header',
      /unknown type "X9"/,
      '{"a":{"dtype":"X9","shape":[1],"data_offsets":[0,4]}}',
    ],
    ['describes a tensor by a number', 'input.safetensors.header', /not described by an object/, '{"a":7}'],
    ['has metadata that is not text', 'input.safetensors.header', /not a string/, '{"__metadata__":{"a":1}}'],
  ];
  it.each(cases)('%s', (_, code, says, header, data, claimed) => {
    const path = write(header, data, claimed);
    const error = failure(path);
    expect(error.code).toBe(code);
    expect(error.message).toMatch(says);
    expect(error.file).toBe(path);
    expect(error.hint).toMatch(/again/);
  });

  it('is shorter than its length field', () => {
    const path = join(folder, 'short.safetensors');
    writeFileSync(path, 'abc');
    expect(failure(path).code).toBe('input.safetensors.truncated');
  });

  it('does not exist, or is a folder', () => {
    expect(failure(join(folder, 'none.safetensors')).code).toBe('input.file.missing');
    expect(failure(folder).code).toBe('input.safetensors.header');
  });
});
