/** @file Decodes what a client sends: text messages and binary frames. */
import { z } from 'zod';
import { LoraBridgeError } from '../errors/lora-bridge-error.js';
import { anyClientMessage, type ClientMessage } from '../protocol/client-messages.js';
import type { CloseReason } from '../protocol/close-codes.js';
import type { DaemonMessage } from '../protocol/daemon-messages.js';
import { openFragments, type RawFrame } from '../protocol/frame.js';
import { type ShotMetadata, shotMetadata } from '../protocol/shot.js';
import { limits, protocolVersion } from '../protocol/version.js';

export type DecodedFrame =
  | { readonly kind: 'message'; readonly message: ClientMessage }
  | { readonly kind: 'shot'; readonly metadata: ShotMetadata; readonly bytes: Buffer }
  /** It violates its schema but has an id, so that it can be refused without closing the connection. */
  | { readonly kind: 'refused'; readonly reply: DaemonMessage }
  | { readonly kind: 'fault'; readonly reason: CloseReason };

const fault = (reason: CloseReason): DecodedFrame => ({ kind: 'fault', reason });

const name = z.string().min(1).max(64);
const namedShot = z.object({ id: name });
const namedRequest = z.object({ request: name });
const otherIdentify = z.object({ type: z.literal('identify'), protocol: z.int() });

const invalid = (error: z.ZodError) =>
  new LoraBridgeError('input.message.invalid', z.prettifyError(error).slice(0, 2000), {
    hint: 'See PROTOCOL.md for the fields of this message.',
  }).toReport();

/** @param data a text message, or the fragments of a binary one */
export function decodeFrame(data: Buffer | readonly Buffer[]): DecodedFrame {
  return Buffer.isBuffer(data) ? decodeText(data) : decodeBinary(data);
}

function decodeText(data: Buffer): DecodedFrame {
  if (data.length > limits.textBytes) return fault('malformed');
  let json: unknown;
  try {
    json = JSON.parse(data.toString('utf8'));
  } catch {
    return fault('malformed');
  }
  const { data: message, error } = anyClientMessage.safeParse(json);
  if (message !== undefined) return { kind: 'message', message };
  // `identify` of another protocol version may have other fields.
  const identify = otherIdentify.safeParse(json).data;
  if (identify !== undefined && identify.protocol !== protocolVersion) return fault('version');
  const request = namedRequest.safeParse(json).data?.request;
  if (request === undefined) return fault('malformed');
  return { kind: 'refused', reply: { type: 'request.failed', request, error: invalid(error) } };
}

function decodeBinary(fragments: readonly Buffer[]): DecodedFrame {
  let frame: RawFrame;
  try {
    frame = openFragments(fragments);
  } catch {
    return fault('malformed');
  }
  if (frame.kind !== 'shot') return fault('malformed');
  const { data: metadata, error } = shotMetadata.safeParse(frame.metadata);
  if (metadata !== undefined) return { kind: 'shot', metadata, bytes: frame.bytes };
  const id = namedShot.safeParse(frame.metadata).data?.id;
  if (id === undefined) return fault('malformed');
  return { kind: 'refused', reply: { type: 'shot.refused', id, error: invalid(error) } };
}
