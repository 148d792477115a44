/** @file LoRAs in every kind of layer, in files of several programs, generate the same images as in diffusers. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ChosenLora } from '../../../src/diffusion/lora/lora-adapters.js';
import { openLora } from '../../../src/diffusion/lora/lora-file.js';
import { writeDiffusersModules, writeKohyaModules } from '../../../src/diffusion/lora/write-lora.js';
import type { BaseModel } from '../../../src/diffusion/model/base-model.js';
import { openModel } from '../../../src/diffusion/model/open-model.js';
import { openSafetensors } from '../../../src/safetensors/header.js';
import { readTensorBytes } from '../../../src/safetensors/read.js';
import { TextToImage } from '../../../src/sampling/text-to-image.js';

const goldens = fileURLToPath(new URL('../../goldens/', import.meta.url));
const golden = (name: string): string => join(goldens, 'lora-dialects', name);
const request = { prompt: 'a girl, Red hair', negative: 'bad', steps: 8, guidance: 4, seed: 1024 } as const;

let model: BaseModel;
let folder: string;
beforeAll(async () => {
  model = await openModel(join(goldens, 'text-to-image', 'model'));
  folder = await mkdtemp(join(tmpdir(), 'lora-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function generate(...loras: ChosenLora[]): Promise<Uint8ClampedArray> {
  const pipeline = await TextToImage.open(model, { loras, threads: 1 });
  try {
    for await (const { rgb } of pipeline.generate(request)) return rgb;
    throw new Error('nothing was generated');
  } finally {
    await pipeline.release();
  }
}

function differences(picture: Uint8ClampedArray, name: string, file = golden('pictures.safetensors')): number {
  const expected = readTensorBytes(openSafetensors(file), name);
  return Math.max(...expected.map((value, index) => Math.abs(value - (picture[index] ?? Number.NaN))));
}

const open = async (name: string, weight = 1): Promise<ChosenLora> => ({ file: await openLora(golden(name)), weight });

describe('the picture of diffusers within 2 of 255', () => {
  it.each([
    ['diffusers.safetensors', 'full', 1, 95],
    ['diffusers.safetensors', 'half', 0.5, 95],
    ['kohya.safetensors', 'kohya', 1, 95],
    ['pytorch_lora_weights.bin', '2023', 1, 32],
  ] as const)('%s gives %s at weight %d', async (name, picture, weight, modules) => {
    const lora = await open(name, weight);
    expect(lora.file.modules.length).toBe(modules);
    const generated = await generate(lora);
    expect(differences(generated, picture)).toBeLessThanOrEqual(2);
    expect(differences(generated, 'dpmpp_2m', join(goldens, 'text-to-image', 'pictures.safetensors'))).toBeGreaterThan(
      20,
    );
  });

  it('with several at once', async () => {
    const [first, second] = [await open('diffusers.safetensors', 0.25), await open('diffusers.safetensors', 0.75)];
    expect(differences(await generate(first, second), 'full')).toBeLessThanOrEqual(2);
  });
});

describe('conversion', () => {
  function expectSameTensors(one: string, other: string): void {
    const [left, right] = [openSafetensors(one), openSafetensors(other)];
    expect([...left.tensors.keys()].sort()).toEqual([...right.tensors.keys()].sort());
    for (const { name, dtype, shape } of left.tensors.values()) {
      expect(right.tensors.get(name)).toMatchObject({ dtype, shape });
      expect(readTensorBytes(left, name).equals(readTensorBytes(right, name)), name).toBe(true);
    }
  }

  it('from kohya to diffusers and back changes no bit', async () => {
    const files = ['a', 'b', 'c'].map((name) => join(folder, `${name}.safetensors`));
    const [first = '', between = '', back = ''] = files;
    // The reference has its alphas as 64-bit integers, which no other program writes.
    const { modules } = await openLora(golden('kohya.safetensors'));
    writeKohyaModules(first, modules, 'sd', {});
    const theirs = openSafetensors(golden('kohya.safetensors'));
    const ours = openSafetensors(first);
    expect([...ours.tensors.keys()].sort()).toEqual([...theirs.tensors.keys()].sort());
    for (const name of [...ours.tensors.keys()].filter((key) => !key.endsWith('.alpha')))
      expect(readTensorBytes(ours, name).equals(readTensorBytes(theirs, name)), name).toBe(true);
    writeDiffusersModules(between, modules);
    writeKohyaModules(back, (await openLora(between)).modules, 'sd', {});
    expectSameTensors(back, first);
  });

  it.each(['sd', 'sdxl'] as const)(
    'from diffusers to kohya (%s) and back changes no bit and no alpha',
    async (naming) => {
      const [between, back] = [join(folder, 'c.safetensors'), join(folder, 'd.safetensors')];
      const first = await openLora(golden('diffusers.safetensors'));
      writeKohyaModules(between, first.modules, naming, {});
      const { modules } = await openLora(between);
      const alphas = (list: typeof modules) => list.map(({ path, rank, alpha }) => [path, rank, alpha]).sort();
      // With one layer per block, sgm's numbers mean other blocks: only names of the same shape are restored.
      if (naming === 'sd') expect(alphas(modules)).toEqual(alphas(first.modules));
      writeDiffusersModules(back, modules);
      const theirs = join(folder, 'e.safetensors');
      writeDiffusersModules(theirs, first.modules);
      expectSameTensors(back, theirs);
    },
  );
});
