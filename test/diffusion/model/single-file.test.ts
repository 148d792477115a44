/**
 * @file Single-file checkpoints: names, shapes and configurations of the real sizes, and every value of tiny ones, against what
 * diffusers' own conversion makes of them; and what is read from keys or metadata, or rejected by name.
 */
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { textEncoderConfig } from '../../../src/diffusion/config/text-encoder-config.js';
import { unetConfig } from '../../../src/diffusion/config/unet-config.js';
import { vaeConfig } from '../../../src/diffusion/config/vae-config.js';
import type { BaseModel, ModelOverrides } from '../../../src/diffusion/model/base-model.js';
import { modelOfFile } from '../../../src/diffusion/model/single-file.js';
import { openWeights, readWeight } from '../../../src/diffusion/weights/network-weights.js';
import { LoraBridgeError } from '../../../src/errors/lora-bridge-error.js';
import { sizeOf } from '../../../src/graph/ir/shape.js';
import { floatToHalf } from '../../../src/safetensors/half.js';
import { openSafetensors, type SafetensorsFile, type TensorEntry } from '../../../src/safetensors/header.js';
import { tensorEntry } from '../../../src/safetensors/read.js';

const golden = (name: string): string => fileURLToPath(new URL(`../../goldens/single-files/${name}`, import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'single-files-'));
afterAll(() => rmSync(folder, { recursive: true }));
const unpack = (name: string): unknown => JSON.parse(gunzipSync(readFileSync(golden(name))).toString('utf8'));

const shapes = z.record(z.string(), z.array(z.int()));
const parts = z.record(z.string(), z.object({ config: z.record(z.string(), z.unknown()), tensors: shapes }));
const realSize = z.record(z.string(), z.object({ file: shapes, parts })).parse(unpack('real-size.json.gz'));

/** A header without a file: only names and shapes matter here. */
function fileOf(tensors: Readonly<Record<string, readonly number[]>>, metadata: Record<string, string> = {}) {
  const entries = Object.entries(tensors).map(([name, shape]): [string, TensorEntry] => [
    name,
    { name, dtype: 'F16', shape, begin: 0, end: 2 * sizeOf(shape) },
  ]);
  return { path: '/models/Some Model.safetensors', metadata, tensors: new Map(entries) } satisfies SafetensorsFile;
}

const networksOf = ({ unet, vae, textEncoders: [first, second] }: BaseModel) => ({
  unet,
  vae,
  ...(first && { text_encoder: first.encoder }),
  ...(second && { text_encoder_2: second.encoder }),
});

/** A configuration without keys that are null. */
const known = (config: object): Record<string, unknown> =>
  Object.fromEntries(Object.entries(config).filter(([, value]) => value !== null && value !== undefined));

const names = ['sd1', 'sd2', 'sdxl'] as const;
const real = (name: string) => realSize[name] ?? { file: {}, parts: {} };

describe.each(names)('%s of the real size', (name) => {
  const { file, parts } = real(name);
  const model = modelOfFile(fileOf(file), {});

  it('has exactly the tensors of the diffusers networks, in their shapes', () => {
    for (const [part, { weights }] of Object.entries(networksOf(model))) {
      const views = openWeights(weights);
      // Which layers of a text encoder are unused depends on its configuration.
      const expected = Object.entries(parts[part]?.tensors ?? {});
      expect(expected.length).toBeGreaterThan(100);
      for (const [tensor, shape] of expected) expect([tensor, views.get(tensor)?.shape]).toEqual([tensor, shape]);
      if (part !== 'text_encoder') expect(views.size).toBe(expected.length);
    }
    expect(Object.keys(parts)).toEqual(Object.keys(networksOf(model)));
  });

  it('has the configurations of diffusers', () => {
    const { unet, vae, textEncoders } = model;
    const { sample_size: _, ...expected } = known(unetConfig.parse(parts.unet?.config));
    const each = (value: unknown) => (Array.isArray(value) ? value : unet.config.block_out_channels.map(() => value));
    expect(known(unet.config)).toEqual({
      ...expected,
      attention_head_dim: each(expected.attention_head_dim),
      transformer_layers_per_block: each(expected.transformer_layers_per_block),
    });
    const { sample_size: __, ...foundVae } = known(vae.config);
    const { sample_size: ___, ...expectedVae } = known(vaeConfig.parse(parts.vae?.config));
    expect(foundVae).toEqual(expectedVae);
    for (const { folder, encoder } of textEncoders)
      expect(encoder.config).toEqual(textEncoderConfig.parse(parts[folder]?.config));
  });

  it('is recognised', () => {
    expect(model.family.name).toBe(name);
    expect(model.name).toBe('Some Model');
    expect(model.scheduler.prediction_type).toBe(name === 'sd2' ? 'v_prediction' : 'epsilon');
    expect(model.resolution).toBe({ sd1: 512, sd2: 768, sdxl: 1024 }[name]);
  });
});

describe.each(names)('%s, tiny', (name) => {
  const unpacked = join(folder, `${name}.safetensors`);
  writeFileSync(unpacked, gunzipSync(readFileSync(golden(`${name}.safetensors.gz`))));
  const file = openSafetensors(unpacked);
  const model = modelOfFile(file, {});
  const hashes = z.record(z.string(), z.record(z.string(), z.string())).parse(unpack(`${name}.json.gz`));

  it('has the values of diffusers, bit for bit', () => {
    for (const [part, { weights }] of Object.entries(networksOf(model))) {
      const views = openWeights(weights);
      const expected = Object.entries(hashes[part] ?? {});
      expect(expected.length).toBeGreaterThan(20);
      for (const [tensor, hash] of expected) {
        const view = views.get(tensor);
        const half = view === undefined ? new Uint16Array() : floatToHalf(readWeight(view));
        const found = createHash('sha256').update(new Uint8Array(half.buffer)).digest('hex').slice(0, 16);
        expect([tensor, found]).toEqual([tensor, hash]);
      }
    }
  });

  it('uses every value of the file', () => {
    const used = new Map<string, number>();
    for (const { weights } of Object.values(networksOf(model)))
      for (const { tensor, shape } of openWeights(weights).values())
        used.set(tensor, (used.get(tensor) ?? 0) + sizeOf(shape));
    const unused = [...file.tensors.keys()].filter(
      (tensor) => used.get(tensor) !== sizeOf(tensorEntry(file, tensor).shape),
    );
    expect(unused.filter((tensor) => !/position_ids$|logit_scale$/.test(tensor))).toEqual([]);
  });
});

describe('what a model predicts', () => {
  const open = (name: string, extra: string[], metadata = {}, overrides: ModelOverrides = {}) => {
    const markers = Object.fromEntries(extra.map((key) => [key, [] as number[]]));
    return modelOfFile(fileOf({ ...real(name).file, ...markers }, metadata), overrides);
  };

  it('is read from a marker tensor', () => {
    const model = open('sdxl', ['v_pred']);
    expect([model.scheduler.prediction_type, model.predictionTypeFrom]).toEqual(['v_prediction', 'tensor v_pred']);
    expect(model.scheduler.rescale_betas_zero_snr).toBe(false);
  });

  it('comes with zero terminal SNR where another marker tensor says so', () => {
    const { scheduler } = open('sdxl', ['v_pred', 'ztsnr']);
    expect([scheduler.rescale_betas_zero_snr, scheduler.timestep_spacing]).toEqual([true, 'trailing']);
  });

  it.each([
    ['sdxl', { 'modelspec.prediction_type': 'v' }, 'v_prediction'],
    ['sd2', { 'modelspec.predict_key': 'epsilon' }, 'epsilon'],
  ] as const)('is read from the metadata of %s', (name, metadata, expected) => {
    const model = open(name, [], metadata);
    expect(model.scheduler.prediction_type).toBe(expected);
    expect(model.predictionTypeFrom).toContain(Object.keys(metadata)[0]);
  });

  it('is what the user says, and decides the image size of 2.x', () => {
    expect(open('sdxl', ['v_pred'], {}, { predictionType: 'epsilon' }).scheduler.prediction_type).toBe('epsilon');
    expect(open('sd2', [], {}, { predictionType: 'epsilon' }).resolution).toBe(512);
    expect(open('sd1', [], { 'modelspec.resolution': '640x640' }).resolution).toBe(640);
  });
});

describe('another kind of file is rejected by name', () => {
  const inpainting = { ...real('sd1').file, 'model.diffusion_model.input_blocks.0.0.weight': [320, 9, 3, 3] };
  const noText = Object.fromEntries(Object.entries(real('sd1').file).filter(([key]) => !key.startsWith('cond_stage')));
  const shallow = Object.fromEntries(
    Object.entries(real('sdxl').file).filter(([key]) => !/middle_block\.1\.transformer_blocks\.9\./.test(key)),
  );
  it.each<[string, Record<string, readonly number[]>, RegExp]>([
    ['an inpainting model', inpainting, /an inpainting model: its UNet has 9 input channels/],
    ['the refiner', { 'conditioner.embedders.0.model.transformer.resblocks.0.ln_1.bias': [1280] }, /the SDXL refiner/],
    ['Stable Diffusion 3', { 'model.diffusion_model.joint_blocks.0.x': [1] }, /a Stable Diffusion 3 model/],
    ['Flux', { 'double_blocks.0.img_attn.qkv.weight': [1] }, /a Flux model/],
    ['a LoRA', { 'lora_unet_mid_block_attentions_0_proj_in.lora_down.weight': [4, 4] }, /is a LoRA/],
    ['a VAE', { 'decoder.conv_in.weight': [512, 4, 3, 3] }, /is a VAE/],
    ['EDM', { ...real('sdxl').file, edm_mean: [1, 4, 1, 1] }, /EDM/],
    ['a model without text encoder', noText, /lacks a text encoder/],
    [
      'a distilled SDXL',
      shallow,
      /does not have the structure of Stable Diffusion: its middle block has 9 transformers/,
    ],
    ['anything', { weight: [1] }, /not a Stable Diffusion checkpoint/],
  ])('%s', (_, tensors, message) => {
    const error = (() => {
      try {
        return modelOfFile(fileOf(tensors), {});
      } catch (thrown) {
        return thrown;
      }
    })();
    expect(error).toMatchObject({ code: 'input.model.unsupported', message: expect.stringMatching(message) });
    expect(error).toMatchObject({ hint: expect.any(String), file: '/models/Some Model.safetensors' });
  });
});

it('fails only with an error that has a code, whatever is changed in a file', () => {
  const keys = names.flatMap((name) => Object.keys(real(name).file));
  const change = fc.record({
    key: fc.constantFrom(...keys),
    shape: fc.oneof(fc.constant(undefined), fc.array(fc.integer({ min: 0, max: 4000 }), { maxLength: 5 })),
  });
  fc.assert(
    fc.property(fc.constantFrom(...names), fc.array(change, { minLength: 1, maxLength: 12 }), (name, changes) => {
      const tensors: Record<string, readonly number[]> = { ...real(name).file };
      for (const { key, shape } of changes) {
        if (shape === undefined) delete tensors[key];
        else tensors[key] = shape;
      }
      try {
        modelOfFile(fileOf(tensors), {});
      } catch (error) {
        expect(error).toBeInstanceOf(LoraBridgeError);
        expect((error as LoraBridgeError).code).toMatch(/^input\./);
      }
    }),
    { numRuns: 200 },
  );
});
