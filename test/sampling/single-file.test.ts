/** @file A single file generates the images of a diffusers folder with the same weights, and can be trained on. */
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { BaseModel, ModelPart } from '../../src/diffusion/model/base-model.js';
import { openModel } from '../../src/diffusion/model/open-model.js';
import { openWeights, readWeight } from '../../src/diffusion/weights/network-weights.js';
import { writeSafetensors } from '../../src/safetensors/write.js';
import { TextToImage } from '../../src/sampling/text-to-image.js';
import { writeRandomCheckpoint } from '../diffusion/model/random-checkpoint.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'single-file-'));
});
afterAll(async () => rm(folder, { recursive: true }));

async function writePart(
  out: string,
  name: string,
  file: string,
  { config, weights }: ModelPart<object>,
): Promise<void> {
  await mkdir(join(out, name), { recursive: true });
  await writeFile(join(out, name, 'config.json'), JSON.stringify(config));
  const tensors = [...openWeights(weights)].map(([key, view]) => [key, { shape: view.shape, data: readWeight(view) }]);
  writeSafetensors(join(out, name, file), Object.fromEntries(tensors));
}

/** The same model in float32, as diffusers would lay it out. */
async function writeFolder(out: string, { unet, vae, textEncoders, scheduler }: BaseModel): Promise<void> {
  const tokenizer = fileURLToPath(new URL('../../src/diffusion/pocket/tokenizer/', import.meta.url));
  await writePart(out, 'unet', 'diffusion_pytorch_model.safetensors', unet);
  await writePart(out, 'vae', 'diffusion_pytorch_model.safetensors', vae);
  for (const { folder: name, encoder } of textEncoders) await writePart(out, name, 'model.safetensors', encoder);
  await cp(tokenizer, join(out, 'tokenizer'), { recursive: true });
  await mkdir(join(out, 'scheduler'));
  await writeFile(join(out, 'scheduler', 'scheduler_config.json'), JSON.stringify(scheduler));
  await writeFile(join(out, 'model_index.json'), JSON.stringify({ _class_name: 'StableDiffusionPipeline' }));
}

async function generate(model: BaseModel): Promise<Uint8ClampedArray> {
  const pipeline = await TextToImage.open(model, { resolution: 32, threads: 1 });
  const pictures: Uint8ClampedArray[] = [];
  for await (const { rgb } of pipeline.generate({ prompt: 'a red house', negative: 'blue', steps: 2, seed: 3 }))
    pictures.push(rgb);
  await pipeline.release();
  return pictures[0] ?? new Uint8ClampedArray();
}

it('generates the image of a folder with the same weights', async () => {
  const file = join(folder, 'checkpoint.safetensors');
  writeRandomCheckpoint(file);
  const model = await openModel(file);
  await writeFolder(join(folder, 'model'), model);
  const other = await openModel(join(folder, 'model'));
  expect(other.layout).toBe('diffusers folder');
  const [own, expected] = [await generate(model), await generate(other)];
  expect(own).toEqual(expected);
  expect(new Set(own).size).toBeGreaterThan(50);
});
