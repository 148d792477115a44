/** @file Any file of torch leads to tensors of bounded size, or to an error with a code, and no code in it runs. */
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openTorchFile } from '../../src/torch-file/torch-file.js';
import { storedZip } from '../stored-zip.js';
import { goldens, mutations, orCode, write } from './support.js';

/** Reads everything. @returns the bytes read, undefined if the file was rejected */
async function readAll(path: string): Promise<number | undefined> {
  const file = await orCode(() => openTorchFile(path), 'input.torch.');
  if (file === undefined) return undefined;
  let bytes = 0;
  for (const tensor of file.tensors.values())
    bytes += (await orCode(() => tensor.bytes(), 'input.torch.'))?.length ?? 0;
  file.close();
  return bytes;
}

describe('any bytes changed', () => {
  it.each(['lightning.ckpt', 'plain.bin', 'protocol-4.pt'])('of %s', async (name) => {
    let accepted = 0;
    await fc.assert(
      fc.asyncProperty(mutations(join(goldens, 'torch-files', name)), async (bytes) => {
        const read = await readAll(write('a.ckpt', bytes));
        if (read !== undefined) accepted++;
        expect(read ?? 0).toBeLessThanOrEqual(4 * bytes.length);
      }),
    );
    expect(accepted).toBeGreaterThan(5);
  });
});

const archive = (pickle: Uint8Array, numbers = new Uint8Array(64)): string =>
  write('b.ckpt', storedZip({ 'archive/data.pkl': pickle, 'archive/data/0': numbers }));

it('any opcodes', async () => {
  const opcode = fc.constantFrom(
    ...'\x80\x95(.012ghjpqr\x94N\x88\x89ILJKM\x8a\x8bFGSVX\x8c\x8d\x8e\x96UTCB)t\x85\x86\x87]l\x8f\x91ae\x90}dsuc\x93R\x81\x92bQ\x82iPo',
  );
  const text = fc.constantFrom(
    'torch\nFloatStorage\n',
    'posix\nsystem\n',
    '0\n',
    'storage',
    '\x00\x00\x00\x00',
    '\xff\xff\xff\x7f',
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof(opcode, text, fc.string({ maxLength: 3 })), { maxLength: 60 }),
      async (parts) => {
        expect((await readAll(archive(Buffer.from(parts.join(''), 'latin1')))) ?? 0).toBeLessThan(4096);
      },
    ),
    { numRuns: 1000 },
  );
});

/** `{'w': tensor}` of 16 float32 elements, with the sizes and strides that the pickle claims. */
function claimed(shape: readonly bigint[], stride: readonly bigint[], copies = 1): Buffer {
  const long = (value: bigint): string => {
    const bytes = Buffer.alloc(9);
    bytes.writeBigInt64LE(BigInt.asIntN(64, value));
    return `\x8a\x09${bytes.toString('latin1')}`;
  };
  const tuple = (values: readonly bigint[]): string => `(${values.map(long).join('')}t`;
  const tensor = [
    'ctorch._utils\n_rebuild_tensor_v2\n((X\x07\x00\x00\x00storagectorch\nFloatStorage\nX\x01\x00\x00\x000X\x03\x00\x00\x00cpuK\x10tQ',
    `K\x00${tuple(shape)}${tuple(stride)}\x89N`,
    'tR',
  ].join('');
  const entries = Array.from({ length: copies }, (_, index) => {
    const name = String(index);
    return `X${String.fromCharCode(name.length)}\x00\x00\x00${name}${index === 0 ? `${tensor}q\x00` : 'h\x00'}s`;
  });
  return Buffer.from(`\x80\x02}${entries.join('')}.`, 'latin1');
}

describe('bombs', () => {
  it('reads a tensor that is what it claims to be', async () => {
    expect(await readAll(archive(claimed([4n, 4n], [4n, 1n])))).toBe(64);
  });

  it.each([
    ['of one number repeated', [1n << 40n], [0n]],
    ['of more numbers than there are', [1n << 20n, 1n << 20n], [1n << 20n, 1n]],
    ['whose sizes overflow', [(1n << 53n) - 1n, (1n << 53n) - 1n], [0n, 0n]],
    ['of negative size', [-4n], [1n]],
    ['of negative stride', [4n], [-1n]],
    ['of two axes and one stride', [2n, 2n], [1n]],
  ])('refuses a tensor %s', async (_, shape, stride) => {
    expect(await readAll(archive(claimed(shape, stride)))).toBeUndefined();
  });

  it('accepts an empty tensor, however large its other sizes', async () => {
    const huge = Array.from({ length: 24 }, () => (1n << 53n) - 1n);
    expect(await readAll(archive(claimed([...huge, 0n], [...huge, 1n])))).toBe(0);
  });

  it('rejects many names for one tensor', async () => {
    expect(await readAll(archive(claimed([16n], [1n], 9_000)))).toBeUndefined();
  });

  it('rejects a pickle that copies one list repeatedly', async () => {
    const pairs = Buffer.from(`\x80\x02](${'NN\x86'.repeat(30_000)}eq\x00`, 'latin1');
    const copies = Buffer.from('ccollections\nOrderedDict\nh\x00\x85R0'.repeat(500), 'latin1');
    expect(await readAll(archive(Buffer.concat([pairs, copies, Buffer.from('}.')])))).toBeUndefined();
  });

  it('survives a list that contains itself, and tuples as deep as the pickle is long', async () => {
    expect(await readAll(archive(Buffer.from('\x80\x02]q\x00h\x00ah\x00a.', 'latin1')))).toBeUndefined();
    expect(await readAll(archive(Buffer.from(`\x80\x02}${'\x85'.repeat(500_000)}.`, 'latin1')))).toBeUndefined();
  });

  it('rejects compressed entries, and archives that claim more than they have', async () => {
    const zip = storedZip({ 'archive/data.pkl': claimed([16n], [1n]), 'archive/data/0': new Uint8Array(64) });
    const compressed = Buffer.from(zip);
    compressed.writeUInt16LE(8, compressed.indexOf('PK\x01\x02') + 10);
    expect(await readAll(write('c.ckpt', compressed))).toBeUndefined();
    const long = Buffer.from(zip);
    long.writeUInt32LE(0xfffffff0, long.lastIndexOf('PK\x01\x02') + 20);
    expect(await readAll(write('d.ckpt', long))).toBeUndefined();
    expect(await readAll(write('e.ckpt', storedZip({ 'a/other.txt': new Uint8Array(3) })))).toBeUndefined();
  });
});
