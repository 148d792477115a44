/** @file Adapters other than LoRA are rejected by name, and nothing in a file is ignored silently. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { loraOf, readFactors } from '../../../src/diffusion/lora/lora-file.js';
import { floatTensor, writeDiffusersModules } from '../../../src/diffusion/lora/write-lora.js';
import { openSafetensors } from '../../../src/safetensors/header.js';
import { readTensor } from '../../../src/safetensors/read.js';

const name = 'lora_unet_mid_block_resnets_0_conv1';

function file(shapes: Record<string, readonly number[]>, metadata: Record<string, string> = {}) {
  const tensors = Object.entries(shapes).map(([key, shape]) => {
    const data = Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, index) => index + 1);
    return [key, { ...floatTensor(shape, data), name: key }] as const;
  });
  return { path: 'x.safetensors', metadata, tensors: new Map(tensors) };
}

const plain = { [`${name}.lora_down.weight`]: [2, 3, 3, 3], [`${name}.lora_up.weight`]: [4, 2, 1, 1] };

it.each([
  [`${name}.dora_scale`, /DoRA/],
  ['unet.mid_block.resnets.0.conv1.lora_magnitude_vector', /DoRA/],
  [`${name}.hada_w1_a`, /LoHa/],
  [`${name}.lokr_w2_b`, /LoKr/],
  [`${name}.oft_blocks`, /OFT/],
  [`${name}.diff`, /whole differences/],
  [`${name}.lora_up.bias`, /biases/],
  ['bundle_emb.mina.clip_l', /embeddings/],
  ['lora_transformer_single_blocks_0.alpha', /FLUX/],
  ['something.else', /something\.else/],
])('%s', (key, says) => {
  const refusal = expect.objectContaining({ code: 'input.lora.unsupported', message: expect.stringMatching(says) });
  expect(() => loraOf(file({ ...plain, [key]: [1] }))).toThrow(refusal);
});

it.each([
  ['half of a pair', { [`${name}.lora_down.weight`]: [2, 3] }],
  ['ranks that differ', { [`${name}.lora_down.weight`]: [2, 3], [`${name}.lora_up.weight`]: [4, 3] }],
  ['an empty matrix', { [`${name}.lora_down.weight`]: [2, 0], [`${name}.lora_up.weight`]: [4, 2] }],
  ['three axes', { [`${name}.lora_down.weight`]: [2, 3, 3], [`${name}.lora_up.weight`]: [4, 2] }],
  [
    'a kernel in the second matrix',
    { [`${name}.lora_down.weight`]: [2, 3, 1, 1], [`${name}.lora_up.weight`]: [4, 2, 3, 3] },
  ],
  ['one layer under two names', { ...plain, 'unet.mid_block.resnets.0.conv1.lora_A.weight': [2, 3] }],
  ['many alphas', { ...plain, [`${name}.alpha`]: [2] }],
  ['no LoRA', { 'model.diffusion_model.out.2.weight': [1] }],
  ['nothing', {}],
])('%s is invalid', (_, shapes) => {
  expect(() => loraOf(file(shapes))).toThrow(expect.objectContaining({ code: 'input.lora.invalid' }));
});

it('joins the two inner matrices of a Tucker decomposition', () => {
  const { path, modules } = loraOf(
    file({
      [`${name}.lora_down.weight`]: [2, 3, 1, 1],
      [`${name}.lora_mid.weight`]: [2, 2, 1, 2],
      [`${name}.lora_up.weight`]: [1, 2, 1, 1],
    }),
  );
  const [module] = modules;
  if (module === undefined) throw new Error('no module');
  const { down, downShape } = readFactors(path, module);
  // down = [[1, 2, 3], [4, 5, 6]], mid[r][j] = [1, 2], [3, 4]; [5, 6], [7, 8]
  expect(downShape).toEqual([2, 3, 1, 2]);
  expect([...down]).toEqual([13, 18, 17, 24, 21, 30, 33, 38, 45, 52, 57, 66]);
  // diffusers has no third matrix.
  const folder = mkdtempSync(join(tmpdir(), 'lora-'));
  const written = join(folder, 'x.safetensors');
  writeDiffusersModules(written, modules);
  const back = openSafetensors(written);
  expect([...readTensor(back, 'unet.mid_block.resnets.0.conv1.lora_A.weight')]).toEqual([...down]);
  rmSync(folder, { recursive: true });
});

it('takes alpha from PEFT’s settings, its patterns, and rank stabilisation', () => {
  const key = 'unet.mid_block.attentions.0.proj_in';
  const shapes = { [`${key}.lora_A.weight`]: [4, 3], [`${key}.lora_B.weight`]: [3, 4] };
  const alpha = (settings: object) =>
    loraOf(file(shapes, { lora_adapter_metadata: JSON.stringify(settings) })).modules[0]?.alpha;
  expect(alpha({})).toBe(4);
  expect(alpha({ 'unet.lora_alpha': 6 })).toBe(6);
  expect(alpha({ 'unet.lora_alpha': 6, 'unet.use_rslora': true })).toBe(12);
  expect(alpha({ 'unet.lora_alpha': 6, 'unet.alpha_pattern': { '^mid_block.attentions.0.proj_in': 3 } })).toBe(3);
  expect(alpha({ 'text_encoder.lora_alpha': 6 })).toBe(4);
  expect(() => alpha({ 'unet.use_dora': true })).toThrow(expect.objectContaining({ code: 'input.lora.unsupported' }));
});
