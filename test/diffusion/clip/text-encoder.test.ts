/** @file The text encoder against transformers' CLIPTextModel. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { TextEncoder } from '../../../src/diffusion/clip/text-encoder.js';
import { textEncoderConfig } from '../../../src/diffusion/config/text-encoder-config.js';
import { openSafetensors } from '../../../src/safetensors/header.js';
import { readTensor, readTensorBytes } from '../../../src/safetensors/read.js';
import { relativeDifference } from '../relative-difference.js';

const golden = (name: string): string => fileURLToPath(new URL(`../../goldens/vae-and-text/${name}`, import.meta.url));

it.each(['quick', 'exact'])('gives the hidden states of transformers: %s GELU', async (name) => {
  const config = textEncoderConfig.parse(JSON.parse(readFileSync(golden(`text-${name}.json`), 'utf8')));
  const io = openSafetensors(golden(`text-${name}-io.safetensors`));
  const encoder = await TextEncoder.open({ config, weights: golden(`text-${name}.safetensors`) }, { threads: 1 });
  const ids = new Int32Array(readTensorBytes(io, 'ids').buffer);
  const { hiddenStates } = await encoder.encode({ ids, end: 20 });
  expect(relativeDifference(hiddenStates, readTensor(io, 'states'))).toBeLessThan(1e-4);
  await encoder.release();
});
