/** @file Small wheels under the real names: what uv takes for torch and the others, without their gigabytes. */
import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';

interface Part {
  readonly name: string;
  readonly text: string;
}

/** A zip archive of uncompressed parts (APPNOTE 6.3, sections 4.3.7, 4.3.12 and 4.3.16). */
function zip(parts: readonly Part[]): Buffer {
  const local: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const { name, text } of parts) {
    const [path, data] = [Buffer.from(name), Buffer.from(text)];
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt32LE(crc32(data), 10);
    common.writeUInt32LE(data.length, 14);
    common.writeUInt32LE(data.length, 18);
    common.writeUInt16LE(path.length, 22);
    const entry = Buffer.concat([Buffer.from('PK\x03\x04'), common, path, data]);
    const listed = Buffer.alloc(14);
    listed.writeUInt32LE(offset, 10);
    central.push(Buffer.concat([Buffer.from('PK\x01\x02'), Buffer.from([20, 0]), common, listed, path]));
    local.push(entry);
    offset += entry.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(parts.length, 4);
  end.writeUInt16LE(parts.length, 6);
  end.writeUInt32LE(directory.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...local, directory, Buffer.from('PK\x05\x06'), end]);
}

export interface StandInWheel {
  readonly file: string;
  readonly bytes: Buffer;
  readonly sha256: string;
}

/** A wheel of one module with an empty `__init__.py`, and of `files` by their paths in it. */
export function makeWheel(
  distribution: string,
  version: string,
  { module = distribution, platform = 'any', files = {} as Readonly<Record<string, string>> } = {},
): StandInWheel {
  const info = `${distribution}-${version}.dist-info`;
  const contents: Record<string, string> = {
    [`${module}/__init__.py`]: '',
    ...files,
    [`${info}/METADATA`]: `Metadata-Version: 2.1\nName: ${distribution}\nVersion: ${version}\n`,
    [`${info}/WHEEL`]: `Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-${platform}\n`,
  };
  const record = [...Object.keys(contents), `${info}/RECORD`].map((name) => `${name},,\n`).join('');
  const parts = Object.entries({ ...contents, [`${info}/RECORD`]: record }).map(([name, text]) => ({ name, text }));
  const bytes = zip(parts);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { file: `${distribution}-${version}-py3-none-${platform}.whl`, bytes, sha256 };
}
