/** @file One valid example, at least, of every message: the base of the vectors. */
import { createHash } from 'node:crypto';
import type { ClientMessageInput } from '../../src/protocol/client-messages.js';
import type { DaemonMessage, PreviewMetadata } from '../../src/protocol/daemon-messages.js';
import type { Descriptor } from '../../src/protocol/descriptor.js';
import type { ShotMetadata } from '../../src/protocol/shot.js';
import { trainOptions } from '../../src/protocol/train-options.js';

const id = (digit: number): string => `${String(digit).repeat(8)}-0000-4000-8000-000000000000`;
const time = '2026-01-31T12:34:56.789Z';
const request = '7';
const job = id(1);
const shot = id(2);
const epoch = id(3);
const character = 'ゴデット Godette';
const error = {
  code: 'input.picture.damaged',
  message: 'walk_front is cut short.',
  retryable: false,
  hint: 'Take the shot again.',
};
const face = { x: 40.5, y: 12, width: 60, height: 62.25, source: 'region', confidence: 0.9 } as const;

/** The smallest PNG there is: one transparent pixel. */
export const picture = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
  'base64',
);

export const shotSample = {
  id: shot,
  character,
  name: 'walk_front',
  sha256: createHash('sha256').update(picture).digest('hex'),
  bytes: picture.length,
  pose: 'walking',
  yaw: -45,
  pitch: 10.5,
  framing: 'full',
  expression: 'smile',
  regions: {
    head: { x: 40.5, y: 12, width: 60, height: 62.25, confidence: 0.9 },
    leftHand: { x: -3, y: 80, width: 11, height: 12, confidence: 1 },
  },
} satisfies ShotMetadata;

export const previewSample = { job, step: 200, prompt: 'sks 少女', seed: 1024 } satisfies PreviewMetadata;

export const descriptorSample = {
  url: 'http://127.0.0.1:43210',
  token: 'dGhpcyBpcyBub3QgYSByZWFsIHRva2Vu',
  pid: 4321,
  instance: id(4),
  protocol: 1,
} satisfies Descriptor;

const jobSample = {
  id: job,
  state: 'running',
  resumable: false,
  character,
  out: '/home/aki/.local/state/lora-bridge/runs/1',
  createdAt: time,
  changedAt: time,
  step: 120,
  steps: 1000,
  options: trainOptions.parse({ threads: 8, seed: 0xffffffff }),
} as const;

const shotDescription = {
  ...shotSample,
  state: 'inspected',
  receivedAt: time,
  width: 512,
  height: 512,
  face,
  url: `/files/shots/${shot}`,
} as const;

export const clientSamples: Record<string, ClientMessageInput> = {
  identify: { type: 'identify', protocol: 1, client: 'Unity 6000.0.23f1', clientVersion: '0.1.0' },
  'identify.resume': {
    type: 'identify',
    protocol: 1,
    client: 'test',
    clientVersion: '1',
    resume: { epoch, sequence: 41 },
  },
  ping: { type: 'ping', request },
  'job.start': { type: 'job.start', request, job, character, options: {} },
  'job.start.shots': {
    type: 'job.start',
    request,
    job,
    character,
    shots: [shot, id(5)],
    options: { steps: 300, rank: 8 },
  },
  'job.start.folder': {
    type: 'job.start',
    request,
    job,
    character,
    folder: 'C:\\Users\\aki\\captures',
    out: '/tmp/run',
    options: { base: '/models/sd15', framings: ['face'], background: '#00ff7f', alpha: 0.5, minSnrGamma: 5 },
  },
  'job.stop': { type: 'job.stop', request, job },
  'job.resume': { type: 'job.resume', request, job },
  'job.status': { type: 'job.status', request, job },
  'job.list': { type: 'job.list', request },
  'job.remove': { type: 'job.remove', request, job },
  'character.list': { type: 'character.list', request },
  'shot.list': { type: 'shot.list', request, character, limit: 15 },
  'shot.change': {
    type: 'shot.change',
    request,
    shot,
    excluded: false,
    caption: 'a sks girl, waving',
    head: { x: 200, y: 20.5, width: 100, height: 110, confidence: 1 },
  },
  'shot.change.exclude': { type: 'shot.change', request, shot, excluded: true },
  'model.list': { type: 'model.list', request },
  'shot.remove': { type: 'shot.remove', request, shots: [shot] },
  'daemon.stop': { type: 'daemon.stop', request },
};

const aboutShot = { time, shot, character, name: 'walk_front' };
const aboutJob = { time, job };

export const daemonSamples: Record<string, DaemonMessage> = {
  hello: { type: 'hello', protocol: 1, server: '0.1.0', instance: id(4), epoch },
  welcome: {
    type: 'welcome',
    session: id(6),
    credits: 16,
    maxShotBytes: 67108864,
    silenceSeconds: 45,
    sequence: 44,
    replayFrom: 42,
  },
  'shot.ack': { type: 'shot.ack', id: shot, status: 'stored' },
  'shot.ack.duplicate': { type: 'shot.ack', id: shot, status: 'duplicate' },
  'shot.refused': { type: 'shot.refused', id: shot, error: { ...error, code: 'resource.disk.full', retryable: true } },
  done: { type: 'done', request },
  'request.failed': { type: 'request.failed', request, error: { code: 'x.y', message: 'z', retryable: true } },
  pong: { type: 'pong', request },
  'job.answer': { type: 'job.answer', request, job: jobSample },
  'job.answer.unknown': { type: 'job.answer', request, job: { id: job, state: 'unknown', resumable: false } },
  'job.list.answer': { type: 'job.list.answer', request, jobs: [jobSample, { ...jobSample, state: 'failed', error }] },
  'character.list.answer': {
    type: 'character.list.answer',
    request,
    characters: [{ name: character, shots: 15, newest: time }],
  },
  'shot.answer': { type: 'shot.answer', request, shot: { ...shotDescription, excluded: true, caption: 'sks' } },
  'model.list.answer': {
    type: 'model.list.answer',
    request,
    models: [
      { base: 'pocket', title: 'pocket', resolution: 128, engines: ['native'] },
      { base: '/models/broken.safetensors', error },
    ],
  },
  'shot.list.answer': { type: 'shot.list.answer', request, shots: [shotDescription] },
  'job.progress': { type: 'job.progress', job, stage: 'dataset', done: 3, total: 15 },
  'job.step': {
    type: 'job.step',
    job,
    step: 120,
    steps: 1000,
    loss: 0.0815,
    gradientNorm: 1.5e-3,
    learningRate: 1e-4,
    stepsPerSecond: 5.25,
    etaSeconds: 168,
    device: 'cpu',
  },
  'shot.inspected': { type: 'shot.inspected', sequence: 1, ...aboutShot, width: 512, height: 512, face },
  'shot.inspected.faceless': { type: 'shot.inspected', sequence: 2, ...aboutShot, width: 512, height: 512 },
  'shot.rejected': { type: 'shot.rejected', sequence: 3, ...aboutShot, error },
  'shot.changed': { type: 'shot.changed', sequence: 4, ...aboutShot, excluded: true, caption: 'sks', face },
  'shot.removed': { type: 'shot.removed', sequence: 4, ...aboutShot },
  'job.changed': { type: 'job.changed', sequence: 5, ...aboutJob, character, state: 'preparing' },
  'job.prepared': { type: 'job.prepared', sequence: 6, ...aboutJob, samplesPerFraming: { full: 15, face: 12 } },
  'picture.rejected': { type: 'picture.rejected', sequence: 7, ...aboutJob, file: '/tmp/walk_front.png', error },
  'preview.available': {
    type: 'preview.available',
    sequence: 8,
    ...aboutJob,
    step: 200,
    prompt: 'sks 少女',
    seed: 1024,
    file: '/tmp/run/samples/step-000200.jpg',
    url: `/files/runs/${job}/samples/step-000200.jpg`,
  },
  'job.finished': {
    type: 'job.finished',
    sequence: 9,
    ...aboutJob,
    character,
    state: 'succeeded',
    resumable: false,
    files: ['/tmp/run/lora.safetensors', '/tmp/run/pytorch_lora_weights.safetensors'],
    loss: { first: 0.21, last: 0.11 },
    samplesPerFraming: { full: 700, face: 300 },
  },
  'job.finished.failed': {
    type: 'job.finished',
    sequence: 10,
    ...aboutJob,
    character,
    state: 'failed',
    resumable: true,
    error: { ...error, code: 'trainer.crashed', file: '/tmp/log' },
  },
  'job.removed': { type: 'job.removed', sequence: 9007199254740991, ...aboutJob },
};
