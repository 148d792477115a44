/** @file The optimizer on the device against the one in memory, and both against torch, over every runtime. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { unetConfig } from '../../src/diffusion/config/unet-config.js';
import { TorchCpuGenerator } from '../../src/diffusion/random/torch-cpu-generator.js';
import { createTrainStep } from '../../src/diffusion/unet/train-step.js';
import type { CompileOptions } from '../../src/graph/index.js';
import { openSafetensors } from '../../src/safetensors/header.js';
import { readTensor, tensorEntry } from '../../src/safetensors/read.js';
import { AdamW, adamWDefaults } from '../../src/training/adamw.js';
import { DeviceOptimizer } from '../../src/training/device-optimizer.js';
import { HostOptimizer } from '../../src/training/host-optimizer.js';
import type { Optimizer } from '../../src/training/optimizer.js';
import { relativeDifference } from '../diffusion/relative-difference.js';
import { npmLibrary } from '../graph/runtime/libraries.js';

const goldens = fileURLToPath(new URL('../goldens/', import.meta.url));
const runtimes: readonly [name: string, options: CompileOptions][] = [
  ['onnxruntime-node', { threads: 1 }],
  ['the C API', { threads: 1, runtime: npmLibrary }],
];

const learningRate = 1e-2;

interface Case {
  readonly lora: Float32Array;
  readonly adamW: AdamW;
  readonly optimizer: Optimizer;
}

async function open(start: Float32Array, where: 'memory' | CompileOptions): Promise<Case> {
  const lora = start.slice();
  const adamW = new AdamW(lora.length, adamWDefaults);
  const optimizer =
    where === 'memory' ? new HostOptimizer(lora, adamW, 1) : await DeviceOptimizer.open(lora, adamW, 1, where);
  return { lora, adamW, optimizer };
}

const tensorOf = (data: Float32Array) => ({ dtype: 'float32', shape: [data.length], data: data.slice() }) as const;

/** More than a row of the sum, and not a multiple of its longest. */
const count = 3 * 7 * 2 ** 10;
const normal = (seed: number, factor: number) =>
  new TorchCpuGenerator(seed).normal(count).map((number) => number * factor);

describe.each(runtimes)('%s', (_, options) => {
  it('updates as in memory within rounding, clipped or not, whatever factor the gradient has', async () => {
    const start = normal(0, 0.1);
    const [device, host] = [await open(start, options), await open(start, 'memory')];
    for (let step = 1; step <= 20; step++) {
      // Norms of 1.5 to 29 and of 0.0015 to 0.029.
      const gradient = normal(step, (step % 2 === 0 ? 1e-2 : 1e-5) * step);
      const scale = 2 ** step;
      const scaled = gradient.map((number) => number * scale);
      const norm = await device.optimizer.update(tensorOf(scaled), 1 / scale, learningRate);
      expect(norm / (await host.optimizer.update(tensorOf(gradient), 1, learningRate))).toBeCloseTo(1, 6);
    }
    await device.optimizer.sync();
    expect(device.adamW.updates).toBe(20);
    expect(relativeDifference(device.lora, host.lora)).toBeLessThan(2e-6);
    expect(relativeDifference(device.adamW.firstMoment, host.adamW.firstMoment)).toBeLessThan(2e-6);
    expect(relativeDifference(device.adamW.secondMoment, host.adamW.secondMoment)).toBeLessThan(2e-6);
    // And not because hardly anything changed.
    expect(relativeDifference(start, host.lora)).toBeGreaterThan(0.1);
    await device.optimizer.release();
  });

  it('changes nothing for a gradient that is not finite', async () => {
    const start = normal(0, 0.1);
    const { lora, adamW, optimizer } = await open(start, options);
    await optimizer.update(tensorOf(normal(1, 1)), 1, learningRate);
    await optimizer.sync();
    const before = [lora.slice(), adamW.firstMoment.slice(), adamW.secondMoment.slice()];
    for (const wrong of [Number.NaN, Number.POSITIVE_INFINITY]) {
      const gradient = normal(2, 1);
      gradient[1234] = wrong;
      expect(await optimizer.update(tensorOf(gradient), 1, learningRate)).not.toSatisfy(Number.isFinite);
    }
    await optimizer.sync();
    expect([lora, adamW.firstMoment, adamW.secondMoment]).toEqual(before);
    expect(adamW.updates).toBe(1);
    await optimizer.release();
  });

  it('continues bit for bit from what it brought back', async () => {
    const through = await open(normal(0, 0.1), options);
    const first = await open(normal(0, 0.1), options);
    for (let step = 1; step <= 4; step++) await through.optimizer.update(tensorOf(normal(step, 1)), 1, learningRate);
    for (let step = 1; step <= 2; step++) await first.optimizer.update(tensorOf(normal(step, 1)), 1, learningRate);
    await first.optimizer.sync();
    await first.optimizer.release();
    const second = await open(first.lora, options);
    second.adamW.firstMoment.set(first.adamW.firstMoment);
    second.adamW.secondMoment.set(first.adamW.secondMoment);
    second.adamW.updates = 2;
    for (let step = 3; step <= 4; step++) await second.optimizer.update(tensorOf(normal(step, 1)), 1, learningRate);
    for (const { optimizer } of [through, second]) await optimizer.sync();
    expect(second.lora).toEqual(through.lora);
    expect(second.adamW.secondMoment).toEqual(through.adamW.secondMoment);
    for (const { optimizer } of [through, second]) await optimizer.release();
  });

  it('ends ten clipped updates within 5e-6 of torch', async () => {
    const golden = openSafetensors(`${goldens}adamw/adamw.safetensors`);
    const gradients = readTensor(golden, 'gradients');
    const norms = readTensor(golden, 'norms');
    const { lora, optimizer } = await open(readTensor(golden, 'before'), options);
    for (let update = 0; update < 10; update++) {
      const norm = await optimizer.update(tensorOf(gradients.slice(64 * update, 64 * (update + 1))), 1, learningRate);
      expect(Math.abs(norm - (norms[update] ?? 0))).toBeLessThan(1e-5);
    }
    await optimizer.sync();
    const after = readTensor(golden, 'after');
    expect(Math.max(...lora.map((number, index) => Math.abs(number - (after[index] ?? 0))))).toBeLessThan(5e-6);
    await optimizer.release();
  });

  it('trains a UNet to the LoRA of torch, LoRA and gradient staying on the device', async () => {
    const folder = `${goldens}unet/pocket-like`;
    const golden = openSafetensors(`${folder}.safetensors`);
    const tensor = (name: string) => readTensor(golden, name);
    const config = unetConfig.parse(JSON.parse(readFileSync(`${folder}/config.json`, 'utf8')));
    const part = { config, weights: `${folder}/diffusion_pytorch_model.safetensors` };
    const [rank, batchSize, alphas, noises] = [2, tensor('weights').length, tensor('alphas'), tensor('noises')];
    const [, , height = 0, width = 0] = tensorEntry(golden, 'latents').shape;
    const textTokens = tensorEntry(golden, 'text').shape[1] ?? 0;
    const geometry = { batchSize, height, width, textTokens, rank, ...options };
    const step = await createTrainStep(part, geometry, { loraScale: 3 / rank, keepsGradient: true });
    const { lora, optimizer } = await open(tensor('lora'), options);
    for (let index = 0; index < 10; index++) {
      const of = (numbers: Float32Array) =>
        numbers.slice((index * numbers.length) / 10, ((index + 1) * numbers.length) / 10);
      const { gradient } = await step.compute({
        latents: tensor('latents'),
        noise: of(noises),
        timesteps: [...of(tensor('timesteps'))],
        latentScales: [...of(alphas)].map(Math.sqrt),
        noiseScales: [...of(alphas)].map((alpha) => Math.sqrt(1 - alpha)),
        textHiddenStates: tensor('text'),
        lora: optimizer.lora,
        sampleWeights: [...tensor('weights')],
        lossMask: tensor('mask'),
      });
      expect('data' in gradient).toBe(false);
      await optimizer.update(gradient, 1, learningRate);
    }
    await optimizer.sync();
    expect(relativeDifference(lora, tensor('trained'))).toBeLessThan(1e-3);
    expect(relativeDifference(lora, tensor('lora'))).toBeGreaterThan(1e-2);
    await step.release();
    await optimizer.release();
  });
});
