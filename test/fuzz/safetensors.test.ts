/** @file In any safetensors file, tensors are within the file and do not overlap, or there is an error with a code. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { bytesPerElement } from '../../src/safetensors/dtype.js';
import { openSafetensors } from '../../src/safetensors/header.js';
import { readTensorBytes } from '../../src/safetensors/read.js';
import { goldens, mutations, orCode, write } from './support.js';

async function expectSound(path: string): Promise<boolean> {
  const file = await orCode(() => openSafetensors(path), 'input.safetensors.');
  if (file === undefined) return false;
  const { size } = statSync(path);
  let end = 8;
  for (const tensor of [...file.tensors.values()].sort((a, b) => a.begin - b.begin || a.end - b.end)) {
    expect(tensor.begin).toBeGreaterThanOrEqual(end);
    expect(tensor.end).toBeLessThanOrEqual(size);
    const elements = tensor.shape.reduce((product, length) => product * length, 1);
    expect(tensor.end - tensor.begin).toBe(elements * bytesPerElement[tensor.dtype]);
    expect(readTensorBytes(file, tensor.name).length).toBe(tensor.end - tensor.begin);
    end = tensor.end;
  }
  return true;
}

it('with any bytes changed', async () => {
  let accepted = 0;
  const golden = join(goldens, 'safetensors-types', 'types.safetensors');
  await fc.assert(
    fc.asyncProperty(mutations(golden), async (bytes) => {
      if (await expectSound(write('a.safetensors', bytes))) accepted++;
    }),
  );
  // Changed values are harmless: both outcomes occur.
  expect(accepted).toBeGreaterThan(20);
});

const size = fc.oneof(
  fc.nat(64),
  fc.constantFrom(-1, 0.5, 2 ** 31, 2 ** 40, 2 ** 53 - 1, 2 ** 53, 2 ** 63, 2 ** 64, 1e308, Number.NaN),
);
const offset = fc.oneof({ weight: 3, arbitrary: fc.integer({ min: 0, max: 8 }).map((index) => index * 8) }, size);
const entry = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      dtype: fc.constantFrom('F32', 'F16', 'U8', 'X9'),
      shape: fc.array(size, { maxLength: 4 }),
      data_offsets: fc.tuple(offset, offset),
    }),
  },
  fc.record({
    dtype: fc.constant('U8'),
    shape: fc.tuple(fc.constant(8)),
    data_offsets: fc.nat(7).map((index) => [index * 8, index * 8 + 8]),
  }),
  fc.jsonValue(),
);

it('with any header', async () => {
  let accepted = 0;
  const headers = fc.dictionary(fc.oneof(fc.string(), fc.constantFrom('a', 'b', '__metadata__', '__proto__')), entry, {
    maxKeys: 6,
  });
  await fc.assert(
    fc.asyncProperty(headers, fc.nat(80), async (header, data) => {
      const text = Buffer.from(JSON.stringify(header));
      const length = Buffer.alloc(8);
      length.writeBigUInt64LE(BigInt(text.length));
      if (await expectSound(write('b.safetensors', Buffer.concat([length, text, Buffer.alloc(data)])))) accepted++;
    }),
  );
  expect(accepted).toBeGreaterThan(10);
});

it('with an actual header of 100 MB, which is not read', async () => {
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(100_000_000n);
  const path = write('c.safetensors', Buffer.concat([length, Buffer.alloc(100_000_000, '[')]));
  const before = process.memoryUsage();
  expect(await expectSound(path)).toBe(false);
  const after = process.memoryUsage();
  expect(after.arrayBuffers - before.arrayBuffers).toBeLessThan(1_000_000);
  expect(after.heapUsed - before.heapUsed).toBeLessThan(10_000_000);
});

it.each([
  ['nested as deep as it can be', (bytes: number) => '['.repeat(bytes)],
  ['of empty objects', (bytes: number) => `{"a":[${'{},'.repeat(bytes / 3 - 4)}{}]}`],
  ['of one long name', (bytes: number) => `{"${'x'.repeat(bytes - 6)}":1}`],
])('with 4 MB of header %s', async (_, make) => {
  const text = Buffer.from(make(4 * 2 ** 20));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  expect(await expectSound(write('d.safetensors', Buffer.concat([length, text])))).toBe(false);
});
