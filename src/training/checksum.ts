/** @file Checksums of a checkpoint's files: SHA-256, in lower-case hexadecimal. */
import { createHash } from 'node:crypto';

export const checksumOf = (bytes: string | Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** @throws Error naming `file` when its content is not the one that the checksum was made of */
export function requireChecksum(bytes: string | Uint8Array, checksum: unknown, file: string): void {
  if (checksumOf(bytes) !== checksum) throw new Error(`${file} was changed after it had been written.`);
}

/** JSON with a checksum of all its other fields. */
export const withChecksum = <Content extends object>(content: Content): Content & { checksum: string } => ({
  ...content,
  checksum: checksumOf(JSON.stringify(content)),
});

/**
 * Parsed JSON without its checksum; unchanged where it has none.
 * @throws Error naming `file` when the checksum is wrong
 */
export function withoutChecksum(json: { readonly checksum?: unknown }, file: string): object {
  const { checksum, ...content } = json;
  if (checksum !== undefined) requireChecksum(JSON.stringify(content), checksum, file);
  return content;
}
