/** @file Child process of a benchmark: a picture with guidance. Arguments: model folder, edge in pixels, threads, sampling steps. */
import { openModel } from '../../src/diffusion/model/open-model.js';
import { TextToImage } from '../../src/sampling/text-to-image.js';

const [folder = '', ...sizes] = process.argv.slice(2);
const [resolution = 0, threads = 1, steps = 1] = sizes.map(Number);

const pipeline = await TextToImage.open(await openModel(folder), { resolution, threads });
async function generate(count: number): Promise<number> {
  const begin = performance.now();
  for await (const { rgb } of pipeline.generate({ prompt: 'a picture', seed: 1024, steps: count })) {
    if (rgb.length === 0) throw new Error('There is no picture.');
  }
  return (performance.now() - begin) / 1000;
}

await generate(1);
const seconds = await generate(steps);
await pipeline.release();
const peakGigabytes = process.resourceUsage().maxRSS / 1e6;
console.log(JSON.stringify({ seconds: [seconds], peakGigabytes }));
