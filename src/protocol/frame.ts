/**
 * @file The binary frame: u8 version, u8 kind, u32 big-endian length of the metadata, the metadata as UTF-8 JSON, and bytes.
 */
import { LoraBridgeError } from '../errors/lora-bridge-error.js';
import type { PreviewMetadata } from './daemon-messages.js';
import type { ShotMetadata } from './shot.js';
import { limits } from './version.js';

const frameVersion = 1;
const headerBytes = 6;

export const frameKinds = { shot: 1, preview: 2 } as const;
export type FrameKind = keyof typeof frameKinds;

type MetadataOf = { shot: ShotMetadata; preview: PreviewMetadata };

/** A frame taken apart, its metadata still to be checked: `metadata` is any JSON value. */
export interface RawFrame {
  readonly kind: FrameKind;
  readonly metadata: unknown;
  /** A view into the frame, not a copy. */
  readonly bytes: Buffer;
}

/** The frame's parts before `bytes`; sent as a fragment of its own, it saves a copy of the picture. */
export function encodeFrameHead<Kind extends FrameKind>(kind: Kind, metadata: MetadataOf[Kind]): Buffer {
  const json = Buffer.from(JSON.stringify(metadata));
  const head = Buffer.alloc(headerBytes + json.length);
  head.writeUInt8(frameVersion, 0);
  head.writeUInt8(frameKinds[kind], 1);
  head.writeUInt32BE(json.length, 2);
  json.copy(head, headerBytes);
  return head;
}

export function encodeFrame<Kind extends FrameKind>(kind: Kind, metadata: MetadataOf[Kind], bytes: Uint8Array): Buffer {
  return Buffer.concat([encodeFrameHead(kind, metadata), bytes]);
}

const malformed = (what: string, cause?: unknown) =>
  new LoraBridgeError('protocol.frame.malformed', `A binary frame is malformed: ${what}.`, { cause });

/** Takes a frame apart. Throws `protocol.frame.malformed` when its head is wrong or its metadata is not JSON. */
export function openFrame(frame: Buffer): RawFrame {
  if (frame.length < headerBytes) throw malformed('it is shorter than its head of 6 bytes');
  const version = frame.readUInt8(0);
  if (version !== frameVersion) throw malformed(`its version is ${version}, not ${frameVersion}`);
  const kindNumber = frame.readUInt8(1);
  const kind = (Object.keys(frameKinds) as FrameKind[]).find((name) => frameKinds[name] === kindNumber);
  if (kind === undefined) throw malformed(`its kind ${kindNumber} is unknown`);
  const length = frame.readUInt32BE(2);
  if (length > limits.metadataBytes)
    throw malformed(`its metadata of ${length} bytes are over ${limits.metadataBytes}`);
  if (headerBytes + length > frame.length) throw malformed('it ends within its metadata');
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(frame.subarray(headerBytes, headerBytes + length));
    return { kind, metadata: JSON.parse(text), bytes: frame.subarray(headerBytes + length) };
  } catch (error) {
    throw malformed('its metadata is not JSON in UTF-8', error);
  }
}

/**
 * Takes apart a frame that came in fragments. Whoever sends the head as a fragment of its own saves the receiver a copy of
 * the bytes. Throws as `openFrame` does.
 */
export function openFragments(fragments: readonly Buffer[]): RawFrame {
  const [head, bytes] = fragments;
  const headAlone =
    fragments.length === 2 &&
    head !== undefined &&
    head.length >= headerBytes &&
    head.length === headerBytes + head.readUInt32BE(2);
  return headAlone && bytes !== undefined ? { ...openFrame(head), bytes } : openFrame(Buffer.concat(fragments));
}
