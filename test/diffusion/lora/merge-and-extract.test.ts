/** @file LoRAs merged into one, merged into models and extracted from them have the effect that they had before. */
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { extractLora } from '../../../src/diffusion/lora/extract-lora.js';
import type { ChosenLora } from '../../../src/diffusion/lora/lora-adapters.js';
import { type LoraModule, openLora } from '../../../src/diffusion/lora/lora-file.js';
import { sumLoras } from '../../../src/diffusion/lora/lora-sum.js';
import { mergeIntoModel } from '../../../src/diffusion/lora/merge-model.js';
import { floatTensor } from '../../../src/diffusion/lora/write-lora.js';
import type { BaseModel } from '../../../src/diffusion/model/base-model.js';
import { openModel } from '../../../src/diffusion/model/open-model.js';
import type { WeightView } from '../../../src/diffusion/weights/network-weights.js';
import { openSafetensors } from '../../../src/safetensors/header.js';
import { readTensor, readTensorBytes } from '../../../src/safetensors/read.js';
import { writeSafetensors } from '../../../src/safetensors/write.js';
import { TextToImage } from '../../../src/sampling/text-to-image.js';

const goldens = fileURLToPath(new URL('../../goldens/', import.meta.url));
const golden = (name: string): string => join(goldens, 'lora-dialects', name);
const request = { prompt: 'a girl, Red hair', negative: 'bad', steps: 8, guidance: 4, seed: 1024 } as const;
const pictures = openSafetensors(golden('pictures.safetensors'));

let base: BaseModel;
let folder: string;
let whole: ChosenLora;
beforeAll(async () => {
  base = await openModel(join(goldens, 'text-to-image', 'model'));
  folder = await mkdtemp(join(tmpdir(), 'lora-'));
  whole = { file: await openLora(golden('diffusers.safetensors')), weight: 1 };
});
afterAll(() => rm(folder, { recursive: true }));

async function difference(model: BaseModel, loras: readonly ChosenLora[], name: string): Promise<number> {
  const pipeline = await TextToImage.open(model, { loras, threads: 1 });
  try {
    for await (const { rgb } of pipeline.generate(request)) {
      const expected = readTensorBytes(pictures, name);
      return Math.max(...expected.map((value, index) => Math.abs(value - (rgb[index] ?? Number.NaN))));
    }
    throw new Error('nothing was generated');
  } finally {
    await pipeline.release();
  }
}

const asLora = (modules: readonly LoraModule[]): ChosenLora => ({ file: { ...whole.file, modules }, weight: 1 });

describe('into one LoRA', () => {
  it('is exact, each at its weight', async () => {
    const halves = [0.8, -0.3].map((weight) => ({ ...whole, weight }));
    const modules = sumLoras(halves, { dtype: 'F32' });
    expect(modules.find(({ path }) => path === 'conv_in')?.rank).toBe(6);
    expect(await difference(base, [asLora(modules)], 'half')).toBeLessThanOrEqual(2);
  });

  it('can be reduced to the rank that it needs', async () => {
    const twice = sumLoras([whole, { ...whole, weight: -0.5 }], { dtype: 'F32', rank: 4 });
    expect(Math.max(...twice.map(({ rank }) => rank))).toBe(4);
    expect(await difference(base, [asLora(twice)], 'half')).toBeLessThanOrEqual(2);
    const cut = sumLoras([whole], { dtype: 'F32', rank: 1 });
    expect(await difference(base, [asLora(cut)], 'full')).toBeGreaterThan(20);
  });

  it('refuses LoRAs for different models', () => {
    const other = (down: number[]): ChosenLora => {
      const [rank = 1] = down;
      const up = floatTensor([8, rank], new Float32Array(8 * rank));
      const size = down.reduce((product, length) => product * length, 1);
      const module = { component: 'unet' as const, path: 'x', rank, alpha: 1, up };
      return asLora([{ ...module, down: floatTensor(down, new Float32Array(size)) }]);
    };
    expect(() => sumLoras([other([1, 4]), other([2, 5])], { dtype: 'F32' })).toThrow(
      expect.objectContaining({ code: 'input.lora.mismatch' }),
    );
  });
});

describe('into a model', () => {
  it('is a folder that generates the same images as with the LoRA, and from which the LoRA can be extracted again', async () => {
    const out = join(folder, 'merged');
    await mergeIntoModel(base, [whole], out);
    const merged = await openModel(out);
    expect(await difference(merged, [], 'full')).toBeLessThanOrEqual(2);
    const {
      modules,
      skipped: left,
      error,
    } = await extractLora(base, merged, { rank: 4, dtype: 'F32', convolutions: true });
    expect([modules.length, left]).toEqual([whole.file.modules.length, []]);
    expect(error).toBeLessThan(1e-3);
    expect(await difference(base, [asLora(modules)], 'full')).toBeLessThanOrEqual(2);
    const linear = await extractLora(base, merged, { rank: 1, dtype: 'F32', convolutions: false });
    expect(linear.skipped).toContain('unet.conv_in.weight');
    expect(linear.error).toBeGreaterThan(0.1);
    await expect(extractLora(base, base, { rank: 4, dtype: 'F32', convolutions: true })).rejects.toMatchObject({
      code: 'input.model.invalid',
    });
  });

  it('changes only the intended rows, also where the file has the transposed matrix', async () => {
    const path = join(folder, 'single.safetensors');
    const zeros = (length: number) => new Float32Array(length);
    writeSafetensors(
      path,
      {
        qkv: { shape: [6, 3], data: zeros(18) },
        turned: { shape: [3, 2], data: zeros(6) },
        rest: { shape: [2], data: zeros(2) },
      },
      { dtype: 'F16' },
    );
    const file = openSafetensors(path);
    const weights = new Map<string, WeightView>([
      ['a.k.weight', { file, tensor: 'qkv', shape: [2, 3], firstRow: 2 }],
      ['b.weight', { file, tensor: 'turned', shape: [2, 3], transposed: true }],
    ]);
    const single: BaseModel = {
      ...base,
      path,
      layout: 'single file',
      unet: { ...base.unet, weights },
      textEncoders: [],
    };
    const modules = ['a.k', 'b'].map((name) => ({
      component: 'unet' as const,
      path: name,
      rank: 1,
      alpha: 2,
      down: floatTensor([1, 3], Float32Array.of(1, 2, 3)),
      up: floatTensor([2, 1], Float32Array.of(1, 10)),
    }));
    const out = join(folder, 'out.safetensors');
    await mergeIntoModel(single, [asLora(modules)], out);
    const merged = openSafetensors(out);
    expect(merged.tensors.get('qkv')?.dtype).toBe('F16');
    expect([...readTensor(merged, 'qkv')]).toEqual([0, 0, 0, 0, 0, 0, 2, 4, 6, 20, 40, 60, 0, 0, 0, 0, 0, 0]);
    expect([...readTensor(merged, 'turned')]).toEqual([2, 20, 4, 40, 6, 60]);
    await expect(mergeIntoModel(single, [whole], join(folder, 'no.safetensors'))).rejects.toMatchObject({
      code: 'input.lora.mismatch',
    });
    expect(existsSync(join(folder, 'no.safetensors'))).toBe(false);
  });

  it('does not overwrite anything', async () => {
    await expect(mergeIntoModel(base, [whole], folder)).rejects.toMatchObject({ code: 'input.option.invalid' });
  });
});
