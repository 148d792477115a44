/** @file Model folders: what is read from a valid one, and how each kind of invalid one is rejected. */
import { copyFile, mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openModel } from '../../../src/diffusion/model/open-model.js';
import type { ErrorCode } from '../../../src/errors/catalogue.js';
import { LoraBridgeError } from '../../../src/errors/lora-bridge-error.js';

const files: Record<string, unknown> = {
  'model_index.json': { _class_name: 'StableDiffusionPipeline', unet: ['diffusers', 'UNet2DConditionModel'] },
  'unet/config.json': { cross_attention_dim: 768, sample_size: 64 },
  'vae/config.json': {
    block_out_channels: [128, 256, 512, 512],
    down_block_types: Array(4).fill('DownEncoderBlock2D'),
    up_block_types: Array(4).fill('UpDecoderBlock2D'),
  },
  'text_encoder/config.json': { hidden_size: 768, num_attention_heads: 12, architectures: ['CLIPTextModel'] },
  'scheduler/scheduler_config.json': { beta_schedule: 'scaled_linear', beta_start: 0.00085, beta_end: 0.012 },
};
const weights = [
  'unet/diffusion_pytorch_model.safetensors',
  'vae/diffusion_pytorch_model.safetensors',
  'text_encoder/model.safetensors',
];

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'model-folder-'));
  for (const part of ['unet', 'vae', 'text_encoder', 'scheduler', 'tokenizer']) await mkdir(join(folder, part));
  for (const [name, contents] of Object.entries(files)) await writeFile(join(folder, name), JSON.stringify(contents));
  for (const name of weights) await writeFile(join(folder, name), '');
});

afterEach(async () => rm(folder, { recursive: true }));

async function expectRefused(code: ErrorCode, message: RegExp, base = folder): Promise<LoraBridgeError> {
  const error = await openModel(base).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(LoraBridgeError);
  const { code: actual, message: text, hint } = error as LoraBridgeError;
  expect([actual, text]).toEqual([code, expect.stringMatching(message)]);
  expect(hint).toBeTruthy();
  return error as LoraBridgeError;
}

const change = (name: string, contents: unknown): Promise<void> =>
  writeFile(join(folder, name), typeof contents === 'string' ? contents : JSON.stringify(contents));

describe('a valid folder', () => {
  it('gives configurations with defaults, and the resolution', async () => {
    const model = await openModel(folder);
    expect(model.unet.config.block_out_channels).toEqual([320, 640, 1280, 1280]);
    expect(model.vae.config.scaling_factor).toBe(0.18215);
    expect(model.resolution).toBe(512);
    expect(model.scheduler.num_train_timesteps).toBe(1000);
  });

  it('reads numbers that are JSON only in Python', async () => {
    await change('scheduler/scheduler_config.json', '{"beta_schedule": "linear", "lambda_min_clipped": -Infinity}');
    expect((await openModel(folder)).scheduler.beta_schedule).toBe('linear');
  });

  it('takes half-precision files, and resolves the links of the Hugging Face cache', async () => {
    const blob = join(folder, 'blob');
    await copyFile(join(folder, 'unet/diffusion_pytorch_model.safetensors'), blob);
    await rm(join(folder, 'unet/diffusion_pytorch_model.safetensors'));
    await symlink(blob, join(folder, 'unet/diffusion_pytorch_model.fp16.safetensors'));
    expect((await openModel(folder)).unet.weights).toBe(blob);
  });
});

describe('an invalid folder', () => {
  it('is named when it does not exist, with how to get it', async () => {
    await expectRefused('input.model.missing', /no model \/nowhere/, '/nowhere');
    const error = await expectRefused('input.model.missing', /some-one\/a-model/, 'some-one/a-model');
    expect(error.hint).toContain('lora-bridge models download some-one/a-model');
  });

  it('is rejected when it is another kind of file, with how to convert a pickle', async () => {
    await expectRefused('input.safetensors.header', /model_index\.json/, join(folder, 'model_index.json'));
    await writeFile(join(folder, 'old.ckpt'), '');
    const error = await expectRefused('input.model.unsupported', /pickle/, join(folder, 'old.ckpt'));
    expect(error.hint).toContain(`lora-bridge convert ${join(folder, 'old.ckpt')}`);
  });

  it.each([...Object.keys(files), ...weights])('is refused without %s', async (name) => {
    await rm(join(folder, name));
    const error = await expectRefused('input.model.missing', new RegExp(name));
    expect(error.file).toBe(join(folder, name));
  });

  it('says how to convert .bin weights', async () => {
    await rename(join(folder, weights[0] ?? ''), join(folder, 'unet/diffusion_pytorch_model.bin'));
    const error = await expectRefused('input.model.missing', /safetensors/);
    expect(error.hint).toMatch(
      /lora-bridge convert \S+diffusion_pytorch_model\.bin --out \S+diffusion_pytorch_model\.safetensors/,
    );
  });

  it.each([
    ['half a file', '{"_class_name": "Stable'],
    ['a wrong type', { _class_name: 5 }],
  ])('is refused with %s', async (_, contents) => {
    await change('model_index.json', contents);
    await expectRefused('input.model.invalid', /model_index\.json/);
  });

  it.each([
    ['model_index.json', { _class_name: 'StableDiffusionXLImg2ImgPipeline' }, /the SDXL refiner/],
    ['model_index.json', { _class_name: 'StableDiffusionInpaintPipeline' }, /an inpainting model/],
    ['model_index.json', { _class_name: 'LatentConsistencyModelPipeline' }, /a latent consistency model/],
    ['model_index.json', { _class_name: 'FluxPipeline' }, /FluxPipeline/],
    ['unet/config.json', { in_channels: 9 }, /inpainting/],
    ['unet/config.json', { in_channels: 8 }, /an InstructPix2Pix model/],
    ['unet/config.json', { in_channels: 5 }, /a depth-to-image model/],
    ['unet/config.json', { in_channels: 6 }, /another kind/],
    ['unet/config.json', { time_cond_proj_dim: 256 }, /a latent consistency model/],
    ['unet/config.json', { class_embed_type: 'projection' }, /class_embed_type/],
    ['scheduler/scheduler_config.json', { prediction_type: 'sample' }, /prediction_type/],
  ])('is refused by name: %s %o', async (name, contents, message) => {
    await change(name, contents);
    await expectRefused('input.model.unsupported', message);
  });

  it('is refused when its parts do not fit', async () => {
    await change('text_encoder/config.json', { hidden_size: 1024, num_attention_heads: 16 });
    await expectRefused('input.model.invalid', /width 768.*produces width 1024/);
  });
});
