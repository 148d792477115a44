/** @file The binary frame of a shot. */
import type { Shot } from '../workload/shot.js';

const frameVersion = 1;
const shotKind = 1;

/** A frame with any metadata, right or wrong. */
export function encodeFrame(metadata: string | Buffer, bytes: Buffer, version = frameVersion, kind = shotKind): Buffer {
  const encoded = Buffer.from(metadata);
  const head = Buffer.alloc(6);
  head.writeUInt8(version, 0);
  head.writeUInt8(kind, 1);
  head.writeUInt32BE(encoded.length, 2);
  return Buffer.concat([head, encoded, bytes]);
}

export function encodeShot({ id, character, name, sha256, bytes }: Shot): Buffer {
  return encodeFrame(JSON.stringify({ id, character, name, sha256, bytes: bytes.length, framing: 'full' }), bytes);
}
