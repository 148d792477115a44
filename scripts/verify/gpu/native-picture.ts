/** @file Child process: a picture with guidance. Its argument is JSON: model folder, resolution, steps, compile options. */
import { openModel } from '../../../src/diffusion/model/open-model.js';
import type { CompileOptions } from '../../../src/graph/index.js';
import { TextToImage } from '../../../src/sampling/text-to-image.js';

interface Plan {
  readonly folder: string;
  readonly resolution: number;
  readonly steps: number;
  readonly compile: CompileOptions;
}

const { folder, resolution, steps, compile } = JSON.parse(process.argv[2] ?? '') as Plan;
const sampler = await TextToImage.open(await openModel(folder), { resolution, ...compile });

async function generate(count: number): Promise<number> {
  const begin = performance.now();
  for await (const { rgb } of sampler.generate({ prompt: 'a picture', seed: 1024, steps: count }))
    if (rgb.every((value) => value === rgb[0])) throw new Error('The picture is of one colour.');
  return (performance.now() - begin) / 1000;
}

const first = await generate(1);
const seconds = await generate(steps);
await sampler.release();
process.stdout.write(`${JSON.stringify({ 'picture (s)': seconds, 'first picture, of one step (s)': first })}\n`);
