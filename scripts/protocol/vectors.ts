/** @file The golden vectors: messages and frames that both sides must accept, and others that both must refuse. */
import { encodeFrame } from '../../src/protocol/frame.js';
import { clientSamples, daemonSamples, descriptorSample, picture, previewSample, shotSample } from './samples.js';

/** What a vector is: a text message by its sender, a binary frame, or a descriptor file. */
type VectorKind = 'client' | 'daemon' | 'frame' | 'descriptor';

export interface Vector {
  readonly file: string;
  readonly kind: VectorKind;
  readonly valid: boolean;
  /** What the daemon does with an invalid one from a client: refuses it by name, or closes the connection. */
  readonly outcome?: 'request.failed' | 'shot.refused' | 'close 4000' | 'close 4001';
  /** What is wrong with it. */
  readonly why?: string;
  /** File with the metadata that a valid frame holds. */
  readonly metadata?: string;
}

interface Content {
  readonly vector: Vector;
  readonly bytes: Buffer;
}

const json = (value: unknown): Buffer => Buffer.from(`${JSON.stringify(value, null, 2)}\n`);

const accepted = (kind: VectorKind, name: string, value: unknown): Content => ({
  vector: { file: `valid/${kind}.${name}.json`, kind, valid: true },
  bytes: json(value),
});

type Outcome = NonNullable<Vector['outcome']>;

const refused = (kind: VectorKind, name: string, why: string, content: unknown, outcome?: Outcome): Content => ({
  vector: {
    file: `invalid/${kind}.${name}.${kind === 'frame' ? 'bin' : 'json'}`,
    kind,
    valid: false,
    why,
    ...(outcome && { outcome }),
  },
  bytes: Buffer.isBuffer(content) ? content : json(content),
});

const client = clientSamples;
const daemon = daemonSamples;
const without = (value: object | undefined, field: string): object =>
  Object.fromEntries(Object.entries(value ?? {}).filter(([key]) => key !== field));

const invalidClient: Content[] = [
  refused('client', 'no-json', 'not JSON', Buffer.from('{"type": "ping", '), 'close 4000'),
  refused('client', 'array', 'not an object', [client.ping], 'close 4000'),
  refused('client', 'no-request', 'nothing by which to refuse it', { type: 'ping' }, 'close 4000'),
  refused('client', 'unknown-type', 'no such message', { type: 'job.pause', request: '7' }, 'request.failed'),
  refused('client', 'unknown-field', 'a field that nobody knows', { ...client.ping, colour: 'red' }, 'request.failed'),
  refused('client', 'identify.version', 'another protocol version', { ...client.identify, protocol: 2 }, 'close 4001'),
  refused(
    'client',
    'job.start.no-options',
    'options are missing',
    without(client['job.start'], 'options'),
    'request.failed',
  ),
  refused(
    'client',
    'job.start.path',
    'a relative folder',
    { ...client['job.start'], folder: 'captures' },
    'request.failed',
  ),
  refused('client', 'job.start.steps', 'no steps', { ...client['job.start'], options: { steps: 0 } }, 'request.failed'),
  refused('client', 'job.start.shots', 'an empty list', { ...client['job.start'], shots: [] }, 'request.failed'),
  refused('client', 'job.stop.id', 'not a UUID', { ...client['job.stop'], job: '../etc' }, 'request.failed'),
  refused(
    'client',
    'shot.list.character',
    'a path for a name',
    { ...client['shot.list'], character: 'a/b' },
    'request.failed',
  ),
  refused('client', 'shot.list.dots', 'a name of dots', { ...client['shot.list'], character: '..' }, 'request.failed'),
  refused('client', 'shot.list.limit', 'too many', { ...client['shot.list'], limit: 1001 }, 'request.failed'),
];

const invalidDaemon: Content[] = [
  refused('daemon', 'hello.protocol', 'a version in words', { ...daemon.hello, protocol: 'one' }),
  refused('daemon', 'welcome.credits', 'credits are missing', without(daemon.welcome, 'credits')),
  refused('daemon', 'shot.ack.status', 'no such status', { ...daemon['shot.ack'], status: 'maybe' }),
  refused('daemon', 'request.failed.error', 'an error without a code', { ...daemon['request.failed'], error: {} }),
  refused('daemon', 'job.changed.sequence', 'events count from 1', { ...daemon['job.changed'], sequence: 0 }),
  refused('daemon', 'job.changed.state', 'ends are told by job.finished', {
    ...daemon['job.changed'],
    state: 'failed',
  }),
  refused('daemon', 'job.finished.state', 'not an end', { ...daemon['job.finished'], state: 'running' }),
  refused('daemon', 'job.step.loss', 'a loss in words', { ...daemon['job.step'], loss: 'NaN' }),
  refused('daemon', 'shot.inspected.face', 'no such source', {
    ...daemon['shot.inspected'],
    face: { x: 0, y: 0, width: 1, height: 1, source: 'oracle', confidence: 1 },
  }),
];

const { pose, yaw, pitch, framing, expression, regions, ...bareShot } = shotSample;

/** Its metadata are the same in Latin-1 and UTF-8. */
const latinShot = { ...bareShot, character: 'a' };

/** A frame with metadata that need not fit any schema. */
function rawFrame(metadata: string | object, { version = 1, kind = 1, extraLength = 0 } = {}): Buffer {
  const text = Buffer.from(typeof metadata === 'string' ? metadata : JSON.stringify(metadata), 'latin1');
  const head = Buffer.alloc(6);
  head.writeUInt8(version, 0);
  head.writeUInt8(kind, 1);
  head.writeUInt32BE(text.length + extraLength, 2);
  return Buffer.concat([head, text, picture]);
}

const invalidFrames: Content[] = [
  refused('frame', 'empty', 'no head', Buffer.alloc(0), 'close 4000'),
  refused('frame', 'head', 'half a head', Buffer.from([1, 1, 0]), 'close 4000'),
  refused('frame', 'version', 'another version', rawFrame(bareShot, { version: 2 }), 'close 4000'),
  refused('frame', 'kind', 'no such kind', rawFrame(bareShot, { kind: 9 }), 'close 4000'),
  refused('frame', 'short', 'ends within its metadata', rawFrame('{}', { extraLength: 1000 }), 'close 4000'),
  refused('frame', 'long', 'longer metadata than allowed', rawFrame('{}', { extraLength: 0x7fffffff }), 'close 4000'),
  refused('frame', 'no-json', 'metadata that is not JSON', rawFrame('{"id":'), 'close 4000'),
  refused('frame', 'no-utf8', 'metadata that is not UTF-8', rawFrame('{"id":"\xff\xfe"}'), 'close 4000'),
  refused('frame', 'nameless', 'nothing by which to refuse it', rawFrame({ name: 'walk' }), 'close 4000'),
  refused('frame', 'shot.id', 'not a UUID', rawFrame({ ...latinShot, id: 'x' }), 'shot.refused'),
  refused('frame', 'shot.field', 'a field that nobody knows', rawFrame({ ...latinShot, colour: 1 }), 'shot.refused'),
  refused(
    'frame',
    'shot.hash',
    'an upper-case hash',
    rawFrame({ ...latinShot, sha256: 'A'.repeat(64) }),
    'shot.refused',
  ),
  refused(
    'frame',
    'shot.region',
    'a region without width',
    rawFrame({ ...latinShot, regions: { head: { x: 0, y: 0, width: 0, height: 1, confidence: 1 } } }),
    'shot.refused',
  ),
];

/** A valid frame; a file beside it holds the metadata that a reader must find in it. */
const acceptedFrame = (name: string, bytes: Buffer): Content => ({
  vector: {
    file: `valid/frame.${name}.bin`,
    kind: 'frame',
    valid: true,
    metadata: `valid/frame.${name}.metadata.json`,
  },
  bytes,
});

/** Path below `protocol/vectors/` → content. */
export function makeVectors(): Map<string, Buffer> {
  const contents: Content[] = [
    ...Object.entries(client).map(([name, value]) => accepted('client', name, value)),
    ...Object.entries(daemon).map(([name, value]) => accepted('daemon', name, value)),
    // A client ignores what only a newer daemon knows.
    accepted('daemon', 'unknown-field', { ...daemon.pong, colour: 'red' }),
    accepted('descriptor', 'daemon', descriptorSample),
    acceptedFrame('shot', encodeFrame('shot', shotSample, picture)),
    acceptedFrame('shot.bare', encodeFrame('shot', bareShot, picture)),
    acceptedFrame('preview', encodeFrame('preview', previewSample, picture)),
    ...invalidClient,
    ...invalidDaemon,
    ...invalidFrames,
    refused('descriptor', 'remote', 'a URL that is not http', { ...descriptorSample, url: 'ftp://127.0.0.1/' }),
  ];
  const files = new Map(contents.map(({ vector, bytes }) => [vector.file, bytes]));
  files.set('valid/frame.shot.metadata.json', json(shotSample));
  files.set('valid/frame.shot.bare.metadata.json', json(bareShot));
  files.set('valid/frame.preview.metadata.json', json(previewSample));
  files.set('index.json', json(contents.map(({ vector }) => vector)));
  return files;
}
