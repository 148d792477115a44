/** @file LoRA files: diffusers' are read, ours are equal to them, and what does not fit is rejected. */
import { copyFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { unetConfig } from '../../../src/diffusion/config/unet-config.js';
import type { Lora } from '../../../src/diffusion/lora/lora.js';
import { LoraLayout } from '../../../src/diffusion/lora/lora-layout.js';
import { loraTargets } from '../../../src/diffusion/lora/lora-targets.js';
import { readLora, type TrainedPart } from '../../../src/diffusion/lora/read-lora.js';
import { writeDiffusersLora, writeKohyaLora } from '../../../src/diffusion/lora/write-lora.js';
import { openSafetensors } from '../../../src/safetensors/header.js';
import { readTensor } from '../../../src/safetensors/read.js';
import { type TensorData, writeSafetensors } from '../../../src/safetensors/write.js';
import { someTraining } from './some-training.js';

const golden = (name: string): string => fileURLToPath(new URL(`../../goldens/lora-files/${name}`, import.meta.url));
const config = unetConfig.parse(JSON.parse(await readFile(golden('unet-config.json'), 'utf8')));
const effects = z
  .record(z.string(), z.array(z.number()).length(6))
  .parse(JSON.parse(await readFile(golden('effects.json'), 'utf8')));
const reference = golden('diffusers.safetensors');

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lora-'));
});
afterEach(async () => rm(folder, { recursive: true }));

/** The first six elements of alpha / rank · B · A. */
function effect(lora: Lora, path: string): number[] {
  const weights = lora.modules.get(path);
  if (weights === undefined) throw new Error(`no module ${path}`);
  const width = weights.down.length / lora.rank;
  return Array.from({ length: 6 }, (_, index) => {
    const [row, column] = [Math.floor(index / width), index % width];
    let sum = 0;
    for (let r = 0; r < lora.rank; r++)
      sum += (weights.up[row * lora.rank + r] ?? 0) * (weights.down[r * width + column] ?? 0);
    return (sum * lora.alpha) / lora.rank;
  });
}

function expectEffects(lora: Lora, factor = 1): void {
  for (const [path, expected] of Object.entries(effects))
    for (const [index, value] of effect(lora, path).entries())
      expect(Math.abs(value - factor * (expected[index] ?? Number.NaN))).toBeLessThan(1e-5);
}

/** The tensors of the reference file under other names. */
function renamed(rename: (key: string) => string): Record<string, TensorData> {
  const file = openSafetensors(reference);
  return Object.fromEntries(
    [...file.tensors.values()].map(({ name, shape }) => [rename(name), { shape, data: readTensor(file, name) }]),
  );
}

const unet = { component: 'unet', targets: loraTargets(config) } as const;

const expectCode = (path: string, code: string, part: TrainedPart = unet): void =>
  expect(() => readLora(path, part)).toThrowError(expect.objectContaining({ code, hint: expect.any(String) }));

describe('reading', () => {
  it('reads what diffusers writes: rank, alpha and the effect of every module', () => {
    const { lora, ignored } = readLora(reference, unet);
    expect([lora.rank, lora.alpha, ignored]).toEqual([2, 3, []]);
    expect([...lora.modules.keys()].sort()).toEqual(Object.keys(effects).sort());
    expectEffects(lora);
  });

  it.each([
    ['PEFT', (key: string) => key.replace('lora.down', 'lora_A').replace('lora.up', 'lora_B')],
    ['diffusers of 2023', (key: string) => key.replace(/\.(to_\w+?)(\.0)?\.lora\./, '.processor.$1_lora.')],
    [
      'the first diffusers scripts',
      (key: string) => key.replace('unet.', '').replace(/\.(to_\w+?)(\.0)?\.lora\./, '.processor.$1_lora.'),
    ],
  ])('reads the keys of %s, whose alpha is the rank', (_, rename) => {
    const path = join(folder, 'lora.safetensors');
    writeSafetensors(path, renamed(rename));
    const { lora, ignored } = readLora(path, unet);
    expect([lora.alpha, ignored]).toEqual([2, []]);
    expectEffects(lora, 2 / 3);
  });

  it('joins modules of different rank and alpha, and gives zeros for absent ones', () => {
    const [first = '', second = '', absent = ''] = Object.keys(effects);
    const file = openSafetensors(reference);
    const tensors = renamed((key) => key);
    const kept = Object.entries(tensors).filter(([key]) => key.includes(`${first}.`) || key.includes(`${second}.`));
    const wide = Object.fromEntries(kept);
    // The second module gets a third, idle rank and an alpha of its own: its scale falls to 1 / 3.
    const downKey = `unet.${second}.lora.down.weight`;
    const upKey = `unet.${second}.lora.up.weight`;
    const down = readTensor(file, downKey);
    const up = readTensor(file, upKey);
    const rows = up.length / 2;
    const wideUp = Float32Array.from({ length: rows * 3 }, (_, index) =>
      index % 3 === 2 ? 0 : (up[Math.floor(index / 3) * 2 + (index % 3)] ?? 0),
    );
    const width = down.length / 2;
    wide[downKey] = { shape: [3, width], data: Float32Array.from([...down, ...new Array<number>(width).fill(7)]) };
    wide[upKey] = { shape: [rows, 3], data: wideUp };
    wide[`unet.${second}.alpha`] = { shape: [], data: Float32Array.of(1) };
    wide[`unet.${first}.alpha`] = { shape: [], data: Float32Array.of(3) };
    const path = join(folder, 'lora.safetensors');
    writeSafetensors(path, wide);
    const { lora } = readLora(path, unet);
    expect(lora.rank).toBe(3);
    for (const [module, factor] of [
      [first, 1],
      [second, 2 / 9],
      [absent, 0],
    ] as const)
      for (const [index, value] of effect(lora, module).entries())
        expect(value).toBeCloseTo(factor * (effects[module]?.[index] ?? Number.NaN), 4);
  });

  it('names the modules that have no effect here', () => {
    const path = join(folder, 'lora.safetensors');
    const extra = { shape: [1, 1], data: new Float32Array(1) };
    const name = 'lora_te_text_model_encoder_layers_0_mlp_fc1';
    writeSafetensors(path, {
      ...renamed((key) => key),
      [`${name}.lora_down.weight`]: extra,
      [`${name}.lora_up.weight`]: extra,
    });
    expect(readLora(path, unet).ignored).toEqual(['text_encoder.text_model.encoder.layers.0.mlp.fc1']);
  });
});

describe('writing', () => {
  it('writes the keys and values of diffusers', () => {
    const path = join(folder, 'pytorch_lora_weights.safetensors');
    writeDiffusersLora(path, readLora(reference, unet).lora);
    const [ours, theirs] = [openSafetensors(path), openSafetensors(reference)];
    expect([...ours.tensors.keys()].sort()).toEqual([...theirs.tensors.keys()].sort());
    for (const name of theirs.tensors.keys()) expect(readTensor(ours, name)).toEqual(readTensor(theirs, name));
    const settings = JSON.parse(ours.metadata.lora_adapter_metadata ?? '');
    expect(settings).toMatchObject({ 'unet.r': 2, 'unet.lora_alpha': 3 });
  });

  it('writes kohya files with alpha and metadata, and reads them back bit for bit', () => {
    const path = join(folder, 'lora.safetensors');
    const { lora } = readLora(reference, unet);
    writeKohyaLora(path, lora, someTraining);
    const back = readLora(path, unet);
    expect(back.lora).toEqual(lora);
    expect(
      openSafetensors(path).tensors.has('lora_unet_mid_block_attentions_0_transformer_blocks_0_attn1_to_out_0.alpha'),
    ).toBe(true);
    expect(back.metadata).toMatchObject({
      ss_network_module: 'networks.lora',
      ss_network_dim: '2',
      ss_network_alpha: '3',
      ss_tag_frequency: JSON.stringify({ '1_Godette': { 'a sks girl': 2, standing: 1, running: 1 } }),
      'modelspec.architecture': 'stable-diffusion-v1/lora',
      'modelspec.title': 'Godette',
      'modelspec.date': '2023-11-14T22:14:20',
    });
  });
});

describe('refusals', () => {
  it('a LoRA of a base model with other sizes', () => {
    expectCode(reference, 'input.lora.mismatch', {
      component: 'unet',
      targets: loraTargets({ ...config, cross_attention_dim: 16 }),
    });
  });

  it('a LoRA for SDXL', () => {
    const path = join(folder, 'lora.safetensors');
    const name = 'lora_unet_input_blocks_4_1_transformer_blocks_0_attn1_to_q';
    const one = { shape: [1, 1], data: new Float32Array(1) };
    writeSafetensors(path, { [`${name}.lora_down.weight`]: one, [`${name}.lora_up.weight`]: one });
    expectCode(path, 'input.lora.mismatch');
  });

  it('half a LoRA, no LoRA, and no file', async () => {
    const path = join(folder, 'lora.safetensors');
    const half = Object.entries(renamed((key) => key)).filter(([key]) => !key.includes('lora.up'));
    writeSafetensors(path, Object.fromEntries(half));
    expectCode(path, 'input.lora.invalid');
    writeSafetensors(path, { 'some.weight': { shape: [1], data: new Float32Array(1) } });
    expectCode(path, 'input.lora.invalid');
    await copyFile(golden('effects.json'), path);
    expect(() => readLora(path, unet)).toThrowError(/safetensors/);
    expect(() => readLora(join(folder, 'none'), unet)).toThrowError(/none/);
  });
});

it('finds the 128 attention projections of a Stable Diffusion 1.5 UNet', () => {
  const targets = loraTargets(unetConfig.parse({ cross_attention_dim: 768 }));
  expect(targets.length).toBe(128);
  expect(new LoraLayout(targets, 4).size).toBe(797_184);
});
