/**
 * @file The GPU code in a shared library, and a copy of the library without what another GPU would run. A section `.nv_fatbin` holds
 * containers one after the other, each with the same code for several architectures; the driver takes the entry that fits the card.
 * Layout: cuobjdump and `fatbinary_section.h` of the CUDA toolkit; a test compares the list with cuobjdump's where that is installed.
 */

const containerMagic = 0xba55ed50;
/** Containers begin at multiples of it; between them lie zeros. */
const alignment = 8;

interface Section {
  readonly begin: number;
  readonly end: number;
}

/** One piece of code for one architecture, with its header. */
export interface FatbinEntry extends Section {
  /** 1 is PTX, 2 is machine code. */
  readonly kind: number;
  /** 90 for sm_90 and sm_90a. */
  readonly architecture: number;
}

interface Container extends Section {
  /** Where its first entry begins. */
  readonly first: number;
  readonly entries: readonly FatbinEntry[];
}

/** Where a section of a 64-bit little-endian ELF file lies; undefined where it has none of this name. */
function sectionOf(file: Buffer, wanted: string): Section | undefined {
  if (file.readUInt32BE(0) !== 0x7f454c46 || file[4] !== 2) throw new Error('This is no 64-bit ELF file.');
  const table = Number(file.readBigUInt64LE(0x28));
  const [entrySize, count, namesIndex] = [0x3a, 0x3c, 0x3e].map((at) => file.readUInt16LE(at)) as [
    number,
    number,
    number,
  ];
  const placeOf = (index: number): Section => {
    const header = table + index * entrySize;
    const begin = Number(file.readBigUInt64LE(header + 24));
    return { begin, end: begin + Number(file.readBigUInt64LE(header + 32)) };
  };
  const names = placeOf(namesIndex).begin;
  for (let index = 0; index < count; index++) {
    const name = names + file.readUInt32LE(table + index * entrySize);
    if (file.toString('latin1', name, file.indexOf(0, name)) === wanted) return placeOf(index);
  }
  return undefined;
}

function readContainer(file: Buffer, begin: number): Container {
  const first = begin + file.readUInt16LE(begin + 6);
  const end = first + Number(file.readBigUInt64LE(begin + 8));
  const entries: FatbinEntry[] = [];
  for (let at = first; at < end; ) {
    const kind = file.readUInt16LE(at);
    const next = at + file.readUInt32LE(at + 4) + Number(file.readBigUInt64LE(at + 8));
    if ((kind !== 1 && kind !== 2) || next > end) throw new Error(`.nv_fatbin has an unknown kind of entry at ${at}.`);
    entries.push({ kind, architecture: file.readUInt32LE(at + 28), begin: at, end: next });
    at = next;
  }
  return { begin, first, end, entries };
}

function containersOf(file: Buffer): Container[] {
  const { begin = 0, end = 0 } = sectionOf(file, '.nv_fatbin') ?? {};
  const containers: Container[] = [];
  for (let at = begin; at < end; ) {
    if (file.readUInt32LE(at) === containerMagic) {
      const container = readContainer(file, at);
      containers.push(container);
      at = Math.ceil(container.end / alignment) * alignment;
    } else if (file.readUInt32LE(at) === 0) at += alignment;
    else throw new Error(`.nv_fatbin holds something else than containers at ${at}.`);
  }
  return containers;
}

/** Every entry of GPU code in a shared library, in the order of the file. Throws for a layout that it does not know. */
export function listFatbin(file: Buffer): FatbinEntry[] {
  return containersOf(file).flatMap(({ entries }) => entries);
}

/**
 * Leaves of each container only what `architecture` (90 for sm_90) runs, at its beginning, and zeros where the rest was; all keeps
 * its place in the file. A container that has nothing for it stays as it is, so that the driver answers as it did.
 */
export function keepArchitecture(file: Buffer, architecture: number): void {
  const containers = containersOf(file);
  const present = new Set(containers.flatMap(({ entries }) => entries.map((entry) => entry.architecture)));
  if (!present.has(architecture)) {
    const known = Array.from(present, (each) => `sm_${each}`).sort();
    throw new Error(`There is no code for sm_${architecture}, only for ${known.join(', ') || 'no GPU'}.`);
  }
  for (const { begin, first, end, entries } of containers) {
    const kept = entries.filter((entry) => entry.architecture === architecture);
    if (kept.length === 0) continue;
    const code = Buffer.concat(kept.map((entry) => file.subarray(entry.begin, entry.end)));
    code.copy(file, first);
    file.fill(0, first + code.length, end);
    file.writeBigUInt64LE(BigInt(code.length), begin + 8);
  }
}
