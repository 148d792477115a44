/** @file What reaches the trainer: each framing of a capture, each variant of it, as latents of their own. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { shotsOfFolder } from '../../src/dataset/folder.js';
import { prepare } from '../../src/dataset/prepare.js';
import { openModel } from '../../src/diffusion/model/open-model.js';
import { trainOptions } from '../../src/protocol/train-options.js';
import { BatchSource } from '../../src/training/batch-source.js';
import { RunFolder } from '../../src/training/run-folder.js';

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));
const prompt = 'a sks girl';

/** Latents of one capture by framing and variant, all with the same noise. */
async function latentsOf(background: string): Promise<Map<string, Float32Array>> {
  const out = await mkdtemp(join(tmpdir(), 'lora-bridge-batches-'));
  onTestFinished(() => rm(out, { recursive: true }));
  const shots = (await shotsOfFolder(path('../characters/godette'))).slice(0, 1);
  const { file } = await prepare({ shots, prompt, out, framings: ['full', 'upper', 'face'], resolution: 32 });
  const model = await openModel(path('../goldens/text-to-image/model'));
  const options = trainOptions.parse({ prompt, background });
  const batches = await BatchSource.open(model, file, options, 32, new RunFolder(out), { threads: 1 });
  onTestFinished(() => batches.release());
  const latents = new Map<string, Float32Array>();
  for (let picture = 0; picture < batches.pool.count; picture++) {
    for (const variant of batches.pool.variants === 1 ? [0] : [0, 1]) {
      const seeds = { noiseSeed: 1, latentSeed: 2 };
      const batch = await batches.assemble([{ picture, variant, replaces: undefined, timestep: 500, ...seeds }]);
      latents.set(`${batches.pool.framing(picture)} ${variant}`, batch.latents);
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
