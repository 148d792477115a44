/** @file What reaches the trainer: each framing of a capture, each variant of it, as latents of their own. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { readDatasetFolder } from '../../src/dataset/folder.js';
import { prepare } from '../../src/dataset/prepare.js';
import type { Framing } from '../../src/dataset/shot.js';
import { openModel } from '../../src/diffusion/model/open-model.js';
import { SharedMemory } from '../../src/diffusion/model/shared-memory.js';
import { NativeBackend } from '../../src/engines/native/backend.js';
import { type TrainOptionsInput, trainOptions } from '../../src/protocol/train-options.js';
import type { Batch } from '../../src/training/backend.js';
import { BatchSource } from '../../src/training/batch-source.js';
import { RunFolder } from '../../src/training/run-folder.js';
import type { WorkerEvent } from '../../src/worker/events.js';

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));
const prompt = 'a sks girl';

/** Batches of one capture, and the events of encoding. */
async function open(wanted: TrainOptionsInput, framings: Framing[], memory: SharedMemory, signal?: AbortSignal) {
  const out = await mkdtemp(join(tmpdir(), 'lora-bridge-batches-'));
  onTestFinished(() => rm(out, { recursive: true }));
  const shots = (await readDatasetFolder(path('../characters/godette'))).shots.slice(0, 1);
  const { file } = await prepare({ shots, prompt, out, framings, resolution: 32 });
  const model = await openModel(path('../goldens/text-to-image/model'));
  const options = trainOptions.parse({ prompt, ...wanted });
  const events: WorkerEvent[] = [];
  const emit = (event: WorkerEvent) => void events.push(event);
  const host = { emit, signal: signal ?? new AbortController().signal };
  const backend = new NativeBackend(model, { ...options, resolution: 32 }, { threads: 1 }, memory);
  const batches = await BatchSource.open(backend, file, options, 32, new RunFolder(out), host);
  onTestFinished(async () => {
    batches.close();
    await memory.release();
  });
  return { batches, events };
}

/** Latents of one capture by framing and variant, all with the same noise. */
async function latentsOf(background: string): Promise<Map<string, Float32Array>> {
  const { batches } = await open({ background }, ['full', 'upper', 'face'], new SharedMemory(true));
  const latents = new Map<string, Float32Array>();
  for (let picture = 0; picture < batches.pool.count; picture++) {
    for (const variant of batches.pool.variants === 1 ? [0] : [0, 1]) {
      const seeds = { noiseSeed: 1, latentSeed: 2 };
      const samples = [{ picture, variant, replaces: undefined, timestep: 500, ...seeds }];
      await batches.prepareSamples(samples);
      latents.set(`${batches.pool.framing(picture)} ${variant}`, batches.assemble(samples).latents);
    }
  }
  return latents;
}

const distinct = (latents: Map<string, Float32Array>): number =>
  new Set([...latents.values()].map((values) => Buffer.from(values.buffer).toString('hex'))).size;

test('every framing and every variant has latents of its own', async () => {
  const latents = await latentsOf('random');
  expect([...latents.keys()].sort()).toEqual(['face 0', 'face 1', 'full 0', 'full 1', 'upper 0', 'upper 1']);
  expect(distinct(latents)).toBe(6);
});

test('a background that was chosen makes one variant', async () => {
  const latents = await latentsOf('white');
  expect([...latents.keys()].sort()).toEqual(['face 0', 'full 0', 'upper 0']);
  expect(distinct(latents)).toBe(3);
});

/** A batch for every step, with the memory given over to training after each preparation. */
async function batchesOf(wanted: TrainOptionsInput & { steps: number }, memory: SharedMemory) {
  const { batches, events } = await open(wanted, ['full'], memory);
  const training = memory.share(async () => ({ release: async () => {} }));
  const all: Batch[] = [];
  const prepared: number[] = [];
  for (let step = 0; step < wanted.steps; step++) {
    if (await batches.prepare(step)) prepared.push(step);
    await training.open();
    all.push(batches.at(step));
  }
  return { all, prepared, events };
}

// Epochs of one step, and of half a step: each variant is seen four times, so new ones come from epoch 8·4 on.
test.each([
  { batchSize: 1, steps: 80, variants: 8 },
  { batchSize: 2, steps: 12, variants: 2 },
  { batchSize: 64, steps: 3, variants: 4 },
])('encoding ahead, where networks take turns, gives the same batches: %o', async (wanted) => {
  const lazily = await batchesOf(wanted, new SharedMemory(true));
  const ahead = await batchesOf(wanted, new SharedMemory(false));
  expect(ahead.all).toEqual(lazily.all);
  // The first step alone, then all others at once.
  expect(ahead.prepared[0]).toBe(0);
  expect(ahead.prepared.length).toBe(2);
  expect(lazily.prepared.length).toBeGreaterThan(2);
  expect(lazily.events).toEqual([]);
  const last = ahead.events.at(-1);
  expect(last).toMatchObject({
    type: 'progress',
    stage: 'encoding',
    done: ahead.events.length,
    total: ahead.events.length,
  });
});

test('an abort ends encoding before the next picture', async () => {
  const controller = new AbortController();
  const memory = new SharedMemory(false);
  const { batches, events } = await open({ steps: 50 }, ['full'], memory, controller.signal);
  await batches.prepare(0);
  expect(events.length).toBe(2);
  const preparing = batches.prepare(1);
  setImmediate(() => controller.abort());
  await preparing;
  expect(events.length).toBeLessThan(5);
});
