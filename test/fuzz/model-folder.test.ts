/** @file Any configuration of a model leads to a model that can be opened, or to an error with a code, before memory is allocated. */
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { openModel } from '../../src/diffusion/model/open-model.js';
import { buildTrainStep } from '../../src/diffusion/unet/train-step.js';
import { TextToImage } from '../../src/sampling/text-to-image.js';
import { folder, goldens, orCode } from './support.js';

const model = join(folder, 'model');
cpSync(join(goldens, 'text-to-image', 'model'), model, { recursive: true });

const absurd = fc.constantFrom<unknown>(
  ...[0, -1, 0.5, 1, 3, 7, 2 ** 31, 2 ** 53, 1e300, '8', null, true, [], [[]], {}],
  ...[[8], [8, 16, 32], [0, 0], [-8, 16], [2 ** 40, 2 ** 40], Array(1000).fill(8), ['DownBlock2D'], 'x'.repeat(10_000)],
);

/** Opens, builds every graph and samples one step; or is rejected before. */
async function use(): Promise<boolean> {
  const opened = await orCode(() => openModel(model), 'input.model.');
  if (opened === undefined) return false;
  const codes = ['input.model.', 'input.safetensors.tensor', 'input.option.invalid'];
  const geometry = { batchSize: 1, height: 8, width: 8, rank: 2 };
  await orCode(() => buildTrainStep(opened.unet, geometry), ...codes);
  const pipeline = await orCode(() => TextToImage.open(opened, { threads: 1 }), ...codes);
  if (pipeline === undefined) return false;
  const request = { prompt: 'a girl', steps: 1, guidance: 1, seed: 0 };
  const generated = await orCode(
    async () => {
      for await (const { rgb } of pipeline.generate(request)) expect(rgb.length).toBe(3 * pipeline.resolution ** 2);
      return true;
    },
    ...codes,
    'sampling.diverged',
  );
  await pipeline.release();
  return generated ?? false;
}

it.each(['unet/config.json', 'text_encoder/config.json', 'vae/config.json', 'scheduler/scheduler_config.json'])(
  'any value in %s',
  { timeout: 120_000 },
  async (name) => {
    const path = join(model, name);
    const original = readFileSync(path, 'utf8');
    const config = JSON.parse(original) as Record<string, unknown>;
    const keys = Object.keys(config).filter((key) => !key.startsWith('_'));
    let accepted = 0;
    let peak = 0;
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...keys), absurd, async (key, value) => {
        writeFileSync(path, JSON.stringify({ ...config, [key]: value }));
        if (await use()) accepted++;
        peak = Math.max(peak, process.memoryUsage().rss);
      }),
      { numRuns: 60 },
    );
    writeFileSync(path, original);
    expect(accepted).toBeGreaterThan(0);
    expect(peak).toBeLessThan(2 * 2 ** 30);
  },
);
