/** @file Whole images against those of diffusers' StableDiffusionPipeline on a CPU with the same seed. */
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openLora } from '../../src/diffusion/lora/lora-file.js';
import { loraTargets } from '../../src/diffusion/lora/lora-targets.js';
import { readLora } from '../../src/diffusion/lora/read-lora.js';
import type { BaseModel } from '../../src/diffusion/model/base-model.js';
import { openModel } from '../../src/diffusion/model/open-model.js';
import { SharedMemory } from '../../src/diffusion/model/shared-memory.js';
import { openSafetensors } from '../../src/safetensors/header.js';
import { readTensorBytes } from '../../src/safetensors/read.js';
import { samplerNames } from '../../src/sampling/samplers/samplers.js';
import { type GenerationRequest, type SeededPicture, TextToImage } from '../../src/sampling/text-to-image.js';

const golden = (name: string): string => fileURLToPath(new URL(`../goldens/text-to-image/${name}`, import.meta.url));
const pictures = openSafetensors(golden('pictures.safetensors'));
const request = { prompt: 'a girl, Red hair', negative: 'bad', steps: 8, guidance: 4, seed: 1024 } as const;

let model: BaseModel;
let pipeline: TextToImage;
beforeAll(async () => {
  model = await openModel(golden('model'));
  pipeline = await TextToImage.open(model, { rank: 2, threads: 1 });
});
afterAll(async () => pipeline.release());

const goldenLora = () =>
  readLora(golden('lora.safetensors'), { component: 'unet', targets: loraTargets(model.unet.config) }).lora;

async function generate(wanted: GenerationRequest): Promise<SeededPicture[]> {
  const generated = [];
  for await (const picture of pipeline.generate(wanted)) generated.push(picture);
  return generated;
}

async function generateOne(wanted: GenerationRequest): Promise<Uint8ClampedArray> {
  const [picture] = await generate(wanted);
  return picture?.rgb ?? new Uint8ClampedArray();
}

function largestDifference(actual: Uint8ClampedArray, name: string): number {
  const expected = readTensorBytes(pictures, name);
  expect(actual.length).toBe(expected.length);
  return Math.max(...expected.map((value, index) => Math.abs(value - (actual[index] ?? Number.NaN))));
}

describe('the same seed', () => {
  it.each(samplerNames)('gives the image of diffusers within 2 of 255: %s', async (sampler) => {
    expect(largestDifference(await generateOne({ ...request, sampler }), sampler)).toBeLessThanOrEqual(2);
  });

  it('gives the image of diffusers without guidance', async () => {
    expect(largestDifference(await generateOne({ ...request, guidance: 1 }), 'unguided')).toBeLessThanOrEqual(2);
  });

  it('gives the image of diffusers with a LoRA, and the base model again afterwards', async () => {
    const lora = goldenLora();
    expect(largestDifference(await generateOne({ ...request, lora }), 'lora')).toBeLessThanOrEqual(2);
    expect(largestDifference(await generateOne(request), 'dpmpp_2m')).toBeLessThanOrEqual(2);
  });

  it('gives the same with two halves of a LoRA', async () => {
    const file = await openLora(golden('lora.safetensors'));
    const loras = [0.25, 0.75].map((weight) => ({ file, weight }));
    const halves = await TextToImage.open(model, { loras, threads: 1 });
    for await (const { rgb } of halves.generate(request)) expect(largestDifference(rgb, 'lora')).toBeLessThanOrEqual(2);
    await halves.release();
  });

  it('rejects a LoRA of another rank than it was opened for', async () => {
    const lora = { ...goldenLora(), rank: 4 };
    await expect(generateOne({ ...request, lora })).rejects.toMatchObject({ code: 'internal' });
  });

  it('is seed + i for image i, bit for bit the same as alone, also with ancestral noise', async () => {
    const wanted = { ...request, sampler: 'euler_a', steps: 4 } as const;
    const three = await generate({ ...wanted, count: 3 });
    expect(three.map(({ seed }) => seed)).toEqual([1024, 1025, 1026]);
    for (const { seed, rgb } of three) expect(await generateOne({ ...wanted, seed })).toEqual(rgb);
    expect(three[0]?.rgb).not.toEqual(three[1]?.rgb);
  });

  it('gives another image with the noise of CUDA', async () => {
    expect(largestDifference(await generateOne({ ...request, noise: 'cuda' }), 'dpmpp_2m')).toBeGreaterThan(2);
  });
});

it('generates in another resolution, and rejects an impossible one', async () => {
  const larger = await TextToImage.open(model, { resolution: 48, threads: 1 });
  for await (const { width, height, rgb } of larger.generate({ ...request, steps: 1 }))
    expect([width, height, rgb.length]).toEqual([48, 48, 48 * 48 * 3]);
  await larger.release();
  await expect(TextToImage.open(model, { resolution: 50 })).rejects.toMatchObject({ code: 'input.option.invalid' });
});

it('generates the same images with one network open at a time', async () => {
  const memory = new SharedMemory(false);
  const frugal = await TextToImage.open(model, { rank: 2, threads: 1 }, memory);
  const wanted = { ...request, steps: 3, count: 2 };
  const expected = await generate(wanted);
  for (const round of [1, 2]) {
    const pictures = [];
    for await (const picture of frugal.generate(wanted)) pictures.push(picture);
    expect(pictures, `round ${round}`).toEqual(expected);
  }
  await frugal.release();
});

it('reports progress over all images, and stops between two steps when aborted', async () => {
  const reported: string[] = [];
  await generate({ ...request, steps: 2, count: 2, onProgress: (done, total) => reported.push(`${done}/${total}`) });
  expect(reported).toEqual(['1/4', '2/4', '3/4', '4/4']);
  const controller = new AbortController();
  const calls: string[] = [];
  const heun = { sampler: 'heun', steps: 3 } as const;
  await generate({ ...request, ...heun, onProgress: (done, total) => calls.push(`${done}/${total}`) });
  expect(calls).toEqual(['1/5', '2/5', '3/5', '4/5', '5/5']);

  const stopped = generate({
    ...request,
    signal: controller.signal,
    onProgress: () => setImmediate(() => controller.abort()),
  });
  await expect(stopped).rejects.toThrow(/abort/);
});

it('says how many tokens of a prompt have no effect', async () => {
  expect(await pipeline.droppedTokens('a')).toBe(0);
  expect(await pipeline.droppedTokens('a '.repeat(80))).toBe(5);
});

it('rejects impossible numbers of steps, and images that are not finite', async () => {
  for (const steps of [0, 1.5, 501])
    await expect(generate({ ...request, steps })).rejects.toMatchObject({ code: 'input.option.invalid' });
  const lora = goldenLora();
  for (const { up } of lora.modules.values()) up.fill(Number.NaN);
  await expect(generate({ ...request, lora })).rejects.toMatchObject({ code: 'sampling.diverged' });
});
