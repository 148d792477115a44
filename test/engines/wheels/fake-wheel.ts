/** @file Small wheels under the real names: what uv takes for torch and the others, without their gigabytes. */
import { createHash } from 'node:crypto';
import { storedZip } from '../../stored-zip.js';

export interface FakeWheel {
  readonly file: string;
  readonly bytes: Buffer;
  readonly sha256: string;
}

/** A wheel of one module with an empty `__init__.py`, and of `files` by their paths in it. */
export function makeWheel(
  distribution: string,
  version: string,
  { module = distribution, platform = 'any', files = {} as Readonly<Record<string, string>> } = {},
): FakeWheel {
  const info = `${distribution}-${version}.dist-info`;
  const contents: Record<string, string> = {
    [`${module}/__init__.py`]: '',
    ...files,
    [`${info}/METADATA`]: `Metadata-Version: 2.1\nName: ${distribution}\nVersion: ${version}\n`,
    [`${info}/WHEEL`]: `Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-${platform}\n`,
  };
  const record = [...Object.keys(contents), `${info}/RECORD`].map((name) => `${name},,\n`).join('');
  const texts = Object.entries({ ...contents, [`${info}/RECORD`]: record });
  const bytes = storedZip(Object.fromEntries(texts.map(([name, text]) => [name, Buffer.from(text)] as const)));
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { file: `${distribution}-${version}-py3-none-${platform}.whl`, bytes, sha256 };
}
