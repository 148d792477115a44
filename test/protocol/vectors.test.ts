/** @file Walks the golden vectors, as the C# tests do. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { clientSamples, daemonSamples } from '../../scripts/protocol/samples.js';
import { decodeFrame } from '../../src/daemon/decode-frame.js';
import { anyClientMessage, clientMessages } from '../../src/protocol/client-messages.js';
import { closeCodes } from '../../src/protocol/close-codes.js';
import { anyDaemonMessage, daemonMessages, previewMetadata } from '../../src/protocol/daemon-messages.js';
import { descriptor } from '../../src/protocol/descriptor.js';
import { encodeFrame, openFragments, openFrame } from '../../src/protocol/frame.js';
import { shotMetadata } from '../../src/protocol/shot.js';

const folder = new URL('../../protocol/vectors/', import.meta.url);
const read = (file: string): Buffer => readFileSync(new URL(file, folder));

const vectors = z
  .array(
    z.object({
      file: z.string(),
      kind: z.enum(['client', 'daemon', 'frame', 'descriptor']),
      valid: z.boolean(),
      outcome: z.string().optional(),
      metadata: z.string().optional(),
    }),
  )
  .parse(JSON.parse(read('index.json').toString()));

const schemas = { client: anyClientMessage, daemon: anyDaemonMessage, descriptor };

/** What the daemon would do. */
function outcomeOf(bytes: Buffer, isBinary: boolean): string {
  const decoded = decodeFrame(isBinary ? [bytes] : bytes);
  if (decoded.kind === 'refused') return decoded.reply.type;
  return decoded.kind === 'fault' ? `close ${closeCodes[decoded.reason].code}` : 'accepted';
}

describe('valid vectors', () => {
  test.each(vectors.filter(({ valid }) => valid))('$file', ({ file, kind, metadata }) => {
    const bytes = read(file);
    if (kind !== 'frame') {
      expect(schemas[kind].safeParse(JSON.parse(bytes.toString())).error).toBeUndefined();
      return;
    }
    const frame = openFrame(bytes);
    const expected: unknown = JSON.parse(read(metadata ?? '').toString());
    expect(frame.metadata).toEqual(expected);
    if (frame.kind === 'shot') {
      const parsed = shotMetadata.parse(frame.metadata);
      expect(createHash('sha256').update(frame.bytes).digest('hex')).toBe(parsed.sha256);
      expect(encodeFrame('shot', parsed, frame.bytes)).toEqual(bytes);
    } else expect(encodeFrame('preview', previewMetadata.parse(frame.metadata), frame.bytes)).toEqual(bytes);
  });
});

test('a frame means the same in whatever fragments it comes', () => {
  for (const { file } of vectors.filter(({ kind, valid }) => kind === 'frame' && valid)) {
    const bytes = read(file);
    const whole = openFrame(bytes);
    const afterHead = bytes.length - whole.bytes.length;
    for (const at of [1, 6, afterHead - 1, afterHead, afterHead + 1]) {
      const two = [bytes.subarray(0, at), bytes.subarray(at)];
      expect(openFragments(two)).toEqual(whole);
      expect(openFragments([...two, Buffer.alloc(0)])).toEqual(whole);
    }
  }
});

describe('invalid vectors', () => {
  test.each(vectors.filter(({ valid }) => !valid))('$file: $outcome', ({ file, kind, outcome }) => {
    const bytes = read(file);
    if (kind === 'client' || kind === 'frame') expect(outcomeOf(bytes, kind === 'frame')).toBe(outcome);
    else expect(schemas[kind].safeParse(JSON.parse(bytes.toString())).success).toBe(false);
  });
});

test('every message has a valid vector', () => {
  const sampled = new Set([...Object.values(clientSamples), ...Object.values(daemonSamples)].map(({ type }) => type));
  const declared = [...clientMessages, ...daemonMessages].map((message) => message.shape.type.value);
  expect(declared.filter((type) => !sampled.has(type))).toEqual([]);
});
