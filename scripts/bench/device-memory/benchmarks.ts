/**
 * @file What a training step must hold in the memory of a GPU, from shapes alone; and how well such figures agree with what is measured
 * on the CPU.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { z } from 'zod';
import { unetConfig } from '../../../src/diffusion/config/unet-config.js';
import type { UnetGeometry } from '../../../src/diffusion/unet/geometry.js';
import type { Benchmark, Figure } from '../benchmark.js';
import { stepMemory } from './step-memory.js';
import { type Family, weightlessUnet, writeZeroUnet } from './weightless.js';

/** Assumed for what is in no graph: CUDA's context, cuBLAS and cuDNN, in bytes. */
const contextBytes = 0.6e9;

const sizes: readonly { readonly family: Family; readonly name: string; readonly edge: number }[] = [
  { family: 'sd1', name: 'SD 1.5 512 px', edge: 64 },
  { family: 'sdxl', name: 'SDXL 1024 px', edge: 128 },
];

/** What the project promises, in gigabytes. */
const promises: Readonly<Record<string, number>> = {
  'SD 1.5 512 px, fp16, batch 1': 6,
  'SDXL 1024 px, fp16, batch 1, low memory': 12,
};

function figuresOf(name: string, family: Family, geometry: UnetGeometry): Figure[] {
  const unet = weightlessUnet(family, geometry.precision === 'fp16' ? 'F16' : 'F32');
  const { weights, kept, peak, workspace, flop } = stepMemory(unet, geometry);
  const promised = promises[name];
  const gigabytes = (what: string, bytes: number): Figure => ({
    name: `${name}: ${what}`,
    value: bytes / 1e9,
    unit: 'GB',
  });
  return [
    gigabytes('weights', weights),
    gigabytes('kept for the backward pass', kept),
    gigabytes('most values at once', peak),
    gigabytes('largest workspace of these', workspace),
    { name: `${name}: products`, value: flop / 1e9, unit: 'GFLOP' },
    { ...gigabytes('in all', weights + peak + contextBytes), ...(promised === undefined ? {} : { atMost: promised }) },
  ];
}

export const deviceMemory: Benchmark = {
  name: 'device-memory',
  async run(say) {
    say(
      `in addition to what graphs say, ${contextBytes / 1e9} GB are assumed for CUDA, and for a convolution its unrolled input`,
    );
    const figures: Figure[] = [];
    for (const { family, name, edge } of sizes) {
      for (const precision of ['fp32', 'fp16'] as const) {
        for (const batchSize of [1, 4]) {
          for (const lowMemory of [false, true]) {
            const full = `${name}, ${precision}, batch ${batchSize}${lowMemory ? ', low memory' : ''}`;
            const edges = { height: edge, width: edge, rank: 4 };
            say(full);
            figures.push(...figuresOf(full, family, { batchSize, ...edges, device: 'cuda', precision, lowMemory }));
          }
        }
      }
    }
    return figures;
  },
};

const measured = z.object({ peaks: z.array(z.number()).min(2) });

/** How far the prediction is from what is measured, as a share of the latter. */
export const tolerance = 0.2;

/** Bytes of values at once in a step on this CPU: predicted, and measured in a process of its own. Linux with glibc only. */
export async function predictedAndMeasured(configFile: string, weights: string, edge: number, lowMemory: boolean) {
  const config = unetConfig.parse(JSON.parse(readFileSync(configFile, 'utf8')));
  const geometry = { batchSize: 1, height: edge, width: edge, rank: 4, lowMemory };
  const script = fileURLToPath(new URL('measured-step.ts', import.meta.url));
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--import', 'tsx', script, configFile, weights, String(edge), lowMemory ? 'low-memory' : 'normal'],
    // Larger blocks go back to the system at once, as they do on a device.
    {
      env: { ...process.env, MALLOC_MMAP_THRESHOLD_: '65536', MALLOC_TRIM_THRESHOLD_: '65536', MALLOC_ARENA_MAX: '1' },
    },
  );
  const { peaks } = measured.parse(JSON.parse(stdout));
  return { predicted: stepMemory({ config, weights }, geometry).peak, measured: Math.min(...peaks) };
}

const pocket = (file: string) => fileURLToPath(new URL(`../../../src/diffusion/pocket/unet/${file}`, import.meta.url));

export const deviceMemoryCheck: Benchmark = {
  name: 'device-memory-check',
  async run(say) {
    const folder = mkdtempSync(join(tmpdir(), 'lora-bridge-zero-'));
    try {
      const [zeroConfig, zeroWeights] = [join(folder, 'config.json'), join(folder, 'unet.safetensors')];
      writeFileSync(zeroConfig, JSON.stringify(writeZeroUnet('sd1', 'F32', zeroWeights).config));
      const models = [
        ['pocket 128 px', pocket('config.json'), pocket('diffusion_pytorch_model.safetensors')],
        ['SD 1.5 size 256 px', zeroConfig, zeroWeights],
      ] as const;
      const figures: Figure[] = [];
      for (const [model, configFile, weights] of models) {
        for (const lowMemory of [false, true]) {
          const name = lowMemory ? `${model}, low memory` : model;
          say(name);
          const { predicted, measured: actual } = await predictedAndMeasured(configFile, weights, 32, lowMemory);
          figures.push(
            { name: `${name}: predicted`, value: predicted / 1e9, unit: 'GB' },
            { name: `${name}: measured`, value: actual / 1e9, unit: 'GB' },
            { name: `${name}: difference`, value: Math.abs(predicted / actual - 1), unit: '×', atMost: tolerance },
          );
        }
      }
      return figures;
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};
