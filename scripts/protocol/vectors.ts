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

const accepted = (kind: VectorKind, name: string, content: unknown): Content => ({
  vector: { file: `valid/${kind}.${name}.json`, kind, valid: true },
  bytes: Buffer.isBuffer(content) ? content : json(content),
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

/** A request that names itself, with something wrong. */
const refusedRequest = (name: string, why: string, base: object | undefined, change: object): Content =>
  refused('client', name, why, { ...base, ...change }, 'request.failed');

/** What a lenient reader takes for JSON. */
const almostJson: Content[] = [
  ['single-quotes', "{'type': 'ping', 'request': '7'}"],
  ['comment', '{"type": "ping", /* now */ "request": "7"}'],
  ['bare-name', '{type: "ping", "request": "7"}'],
  ['trailing-comma', '{"type": "ping", "request": "7",}'],
  ['rest', '{"type": "ping", "request": "7"} {}'],
  ['control', '{"type": "ping", "request": "7\t"}'],
  ['escape', '{"type": "ping", "request": "\\x37"}'],
  ['leading-zero', '{"type": "shot.list", "request": "7", "character": "a", "limit": 015}'],
  ['hexadecimal', '{"type": "shot.list", "request": "7", "character": "a", "limit": 0x10}'],
  ['nan', '{"type": "shot.list", "request": "7", "character": "a", "limit": NaN}'],
].map(([name = '', text = '']) =>
  refused('client', `no-json.${name}`, 'not JSON, but nearly', Buffer.from(text), 'close 4000'),
);

const invalidOptions: Content[] = (
  [
    ['fraction', 'half a step', { steps: 1.5 }],
    ['text', 'a number in words', { steps: '10' }],
    ['null', 'nothing where an integer may be absent', { steps: null }],
    ['zero', 'a bound that is excluded', { learningRate: 0 }],
    ['multiple', 'no multiple of 8', { resolution: 65 }],
    ['flag', 'a flag in digits', { flip: 1 }],
    ['framing', 'no such framing', { framings: ['full', 'foot'] }],
    ['framings', 'an object for a list', { framings: { 0: 'full' } }],
    ['background', 'more than the pattern', { background: 'white\n' }],
    ['colour', 'an option that nobody knows', { colour: 'red' }],
  ] as const
).map(([name, why, options]) => refusedRequest(`job.start.options.${name}`, why, client['job.start'], { options }));

const invalidClient: Content[] = [
  ...almostJson,
  ...invalidOptions,
  refused(
    'client',
    'request.long',
    'a number of 65 characters',
    { ...client.ping, request: '7'.repeat(65) },
    'close 4000',
  ),
  refused(
    'client',
    'identify.resume.sequence',
    'events count from 0',
    { ...clientSamples['identify.resume'], resume: { epoch: '33333333-0000-4000-8000-000000000000', sequence: -1 } },
    'close 4000',
  ),
  refusedRequest('job.stop.upper-case', 'an upper-case UUID', client['job.stop'], {
    job: 'ABCDEF12-0000-4000-8000-000000000000',
  }),
  refusedRequest('job.stop.line-break', 'a line break after the UUID', client['job.stop'], {
    job: '11111111-0000-4000-8000-000000000000\n',
  }),
  refusedRequest('job.start.folder.null', 'nothing where a text may be absent', client['job.start'], { folder: null }),
  refusedRequest('shot.list.long', 'a name of 101 characters', client['shot.list'], { character: 'a'.repeat(101) }),
  refusedRequest('shot.list.space', 'a space at the end of a name', client['shot.list'], { character: 'a ' }),
  refusedRequest('shot.list.mark', 'a name that begins with a byte order mark', client['shot.list'], {
    character: '\uFEFFa',
  }),
  refusedRequest('shot.remove.none', 'an empty list', client['shot.remove'], { shots: [] }),
  refusedRequest('shot.remove.number', 'a number for a UUID', client['shot.remove'], { shots: [7] }),
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
  refused('daemon', 'unknown-type', 'no such message', { ...daemon.pong, type: 'job.paused' }),
  refused('daemon', 'job.changed.time', 'digits that are not ASCII', {
    ...daemon['job.changed'],
    time: '२०26-01-31T12:34:56.789Z',
  }),
  refused('daemon', 'job.changed.zone', 'a time without its zone', {
    ...daemon['job.changed'],
    time: '2026-01-31T12:34:56.789',
  }),
  refused('daemon', 'job.removed.sequence', 'more than a double can count', {
    ...daemon['job.removed'],
    sequence: 2 ** 53,
  }),
  refused('daemon', 'job.finished.loss', 'nothing where an object may be absent', {
    ...daemon['job.finished'],
    loss: null,
  }),
  refused('daemon', 'job.prepared.samples', 'a fraction of a picture', {
    ...daemon['job.prepared'],
    samplesPerFraming: { full: 1.5 },
  }),
  refused(
    'daemon',
    'job.step.infinite',
    'a loss beyond all doubles',
    Buffer.from(JSON.stringify(daemon['job.step']).replace('0.0815', '1e999')),
  ),
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

const refusedShot = (name: string, why: string, change: object): Content =>
  refused('frame', `shot.${name}`, why, rawFrame({ ...latinShot, ...change }), 'shot.refused');

const oneRegion = { x: 0, y: 0, width: 1, height: 1, confidence: 1 };

const invalidFrames: Content[] = [
  refusedShot('regions', 'more than 32 regions', {
    regions: Object.fromEntries(Array.from({ length: 33 }, (_, i) => [`r${i}`, oneRegion])),
  }),
  refusedShot('region.name', 'a region whose name begins with a digit', { regions: { '1head': oneRegion } }),
  refusedShot('region.field', 'a field that nobody knows', { regions: { head: { ...oneRegion, depth: 1 } } }),
  refusedShot('region.confidence', 'surer than sure', { regions: { head: { ...oneRegion, confidence: 1.01 } } }),
  refusedShot('bytes.none', 'no bytes', { bytes: 0 }),
  refusedShot('bytes.many', 'more bytes than allowed', { bytes: (64 << 20) + 1 }),
  refusedShot('yaw', 'more than once around', { yaw: 360.5 }),
  refusedShot('framing', 'no such framing', { framing: 'foot' }),
  refusedShot('name', 'a path for a name', { name: 'a/b' }),
  refusedShot('caption', 'a caption of 4001 characters', { caption: 'a'.repeat(4001) }),
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

/** A valid frame; the file next to it holds the metadata that a reader must find in it. */
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
    // One number may be written in several ways, one name twice: the last one counts.
    accepted('client', 'shot.list.exponent', Buffer.from(JSON.stringify(client['shot.list']).replace('15', '1.5e1'))),
    accepted(
      'client',
      'ping.twice',
      Buffer.from(' \t\n{"type": "pong", "type": "ping", "request": "6", "request": "\\u0037"} '),
    ),
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
