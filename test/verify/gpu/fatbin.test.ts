/** @file Thinning a library for one architecture of GPUs, on a file with the layout that `cuobjdump` reads. */
import { describe, expect, it } from 'vitest';
import { keepArchitecture, listFatbin } from '../../../scripts/verify/gpu/pack/fatbin.js';

interface Code {
  readonly architecture: number;
  readonly bytes: string;
}

function container(codes: readonly Code[]): Buffer {
  const entries = codes.map(({ architecture, bytes }) => {
    const header = Buffer.alloc(64);
    header.writeUInt16LE(2, 0);
    header.writeUInt32LE(64, 4);
    header.writeBigUInt64LE(BigInt(bytes.length), 8);
    header.writeUInt32LE(architecture, 28);
    return Buffer.concat([header, Buffer.from(bytes)]);
  });
  const body = Buffer.concat(entries);
  const header = Buffer.alloc(16);
  header.writeUInt32LE(0xba55ed50, 0);
  header.writeUInt16LE(1, 4);
  header.writeUInt16LE(16, 6);
  header.writeBigUInt64LE(BigInt(body.length), 8);
  // Containers are aligned to eight bytes.
  return Buffer.concat([header, body, Buffer.alloc(-body.length & 7)]);
}

/** An ELF file with a section of these containers between two others. */
function library(...containers: readonly Code[][]): Buffer {
  const [before, names] = [Buffer.from('machine code'.padEnd(16)), Buffer.from('\0.text\0.nv_fatbin\0.shstrtab\0')];
  const fatbin = Buffer.concat(containers.map(container));
  const header = Buffer.alloc(64);
  header.writeUInt32BE(0x7f454c46, 0);
  header[4] = 2;
  const table = 64 + before.length + fatbin.length + names.length;
  header.writeBigUInt64LE(BigInt(table), 0x28);
  header.writeUInt16LE(64, 0x3a);
  header.writeUInt16LE(3, 0x3c);
  header.writeUInt16LE(2, 0x3e);
  const section = (name: number, begin: number, size: number): Buffer => {
    const entry = Buffer.alloc(64);
    entry.writeUInt32LE(name, 0);
    entry.writeBigUInt64LE(BigInt(begin), 24);
    entry.writeBigUInt64LE(BigInt(size), 32);
    return entry;
  };
  const fatbinBegin = 64 + before.length;
  const sections = [
    section(1, 64, before.length),
    section(7, fatbinBegin, fatbin.length),
    section(18, fatbinBegin + fatbin.length, names.length),
  ];
  return Buffer.concat([header, before, fatbin, names, ...sections]);
}

const code = (architecture: number, text: string): Code => ({ architecture, bytes: text });

describe('a library for several architectures', () => {
  const make = (): Buffer =>
    library(
      [code(80, 'eighty one'), code(90, 'ninety'), code(120, 'twelve')],
      [code(90, 'more of ninety')],
      [code(75, 'x')],
    );

  it('lists its code', () => {
    const file = make();
    const list = listFatbin(file).map(({ architecture, begin, end }) => [
      architecture,
      file.toString('latin1', begin + 64, end),
    ]);
    expect(list).toEqual([
      [80, 'eighty one'],
      [90, 'ninety'],
      [120, 'twelve'],
      [90, 'more of ninety'],
      [75, 'x'],
    ]);
  });

  it('keeps one architecture whole and readable, drops the others, and moves nothing else', () => {
    const [before, after] = [make(), make()];
    keepArchitecture(after, 90);
    expect(after.length).toBe(before.length);
    const text = (file: Buffer) =>
      listFatbin(file)
        .filter(({ architecture }) => architecture === 90)
        .map(({ begin, end }) => file.toString('hex', begin, end));
    expect(text(after)).toEqual(text(before));
    // A container with nothing for it stays: the driver then answers as it did before.
    expect(listFatbin(after).map(({ architecture }) => architecture)).toEqual([90, 90, 75]);
    expect(after.includes('eighty one')).toBe(false);
    expect(after.includes('twelve')).toBe(false);
    expect(after.includes('machine code')).toBe(true);
  });

  it('refuses an architecture that it has no code for, and what it does not know', () => {
    expect(() => keepArchitecture(make(), 70)).toThrow(/no code for sm_70, only for .*sm_90/);
    const odd = make();
    odd.writeUInt32LE(7, 64 + 16);
    expect(() => listFatbin(odd)).toThrow(/something else than containers/);
    expect(() => listFatbin(Buffer.alloc(128))).toThrow(/no 64-bit ELF/);
  });
});
