/** @file The VAE's encoder and decoder against diffusers' AutoencoderKL: with and without attention, float16 and float32 files. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { vaeConfig } from '../../../src/diffusion/config/vae-config.js';
import { VaeDecoder } from '../../../src/diffusion/vae/decoder.js';
import { sampleLatent, VaeEncoder } from '../../../src/diffusion/vae/encoder.js';
import { LoraBridgeError } from '../../../src/errors/lora-bridge-error.js';
import { openSafetensors } from '../../../src/safetensors/header.js';
import { readTensor } from '../../../src/safetensors/read.js';
import { relativeDifference } from '../relative-difference.js';

const golden = (name: string): string => fileURLToPath(new URL(`../../goldens/vae-and-text/${name}`, import.meta.url));
const size = { width: 24, height: 16 };
const TOLERANCE = 1e-4;

describe.each(['attention', 'plain'])('the VAE "%s"', (name) => {
  const config = vaeConfig.parse(JSON.parse(readFileSync(golden(`vae-${name}.json`), 'utf8')));
  const part = { config, weights: golden(`vae-${name}.safetensors`) };
  const io = openSafetensors(golden(`vae-${name}-io.safetensors`));

  it('encodes to the mean and log-variance of diffusers', async () => {
    const encoder = await VaeEncoder.open(part, size, { threads: 1 });
    const { mean, logVariance } = await encoder.encode(readTensor(io, 'pixels'));
    expect(mean.length).toBe(encoder.latentShape.reduce((product, edge) => product * edge));
    expect(relativeDifference(mean, readTensor(io, 'mean'))).toBeLessThan(TOLERANCE);
    expect(relativeDifference(logVariance, readTensor(io, 'logvar'))).toBeLessThan(TOLERANCE);
    await encoder.release();
  });

  it('decodes as diffusers, and the same a second time', async () => {
    const decoder = await VaeDecoder.open(part, size, { threads: 1 });
    const latent = readTensor(io, 'latent');
    const first = await decoder.decode(latent);
    expect(relativeDifference(first, readTensor(io, 'decoded'))).toBeLessThan(TOLERANCE);
    expect(await decoder.decode(latent)).toEqual(first);
    await decoder.release();
  });
});

it('rejects weights whose shape differs from the configuration', async () => {
  const config = vaeConfig.parse(JSON.parse(readFileSync(golden('vae-plain.json'), 'utf8')));
  const opened = VaeDecoder.open({ config, weights: golden('vae-attention.safetensors') }, size, {});
  await expect(opened).rejects.toThrow(LoraBridgeError);
});

it('draws a latent from its distribution', () => {
  const distribution = { mean: Float32Array.of(1, 2), logVariance: Float32Array.of(0, Math.log(4)) };
  expect(
    relativeDifference(sampleLatent(distribution, Float32Array.of(0.5, 1), 0.5), Float32Array.of(0.75, 2)),
  ).toBeLessThan(1e-6);
});
