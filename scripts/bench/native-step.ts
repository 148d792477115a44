/**
 * @file Child process of a benchmark: training steps of the native engine. Arguments: unet folder, latent edge, threads, steps, and
 * `low-memory` or `profile`; with the latter, what the last step spent on each operator is measured, and the speed of sgemm.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CONTEXT_LENGTH } from '../../src/diffusion/config/text-encoder-config.js';
import { addedConditionWidth, unetConfig } from '../../src/diffusion/config/unet-config.js';
import { LoraLayout } from '../../src/diffusion/lora/lora-layout.js';
import { loraTargets } from '../../src/diffusion/lora/lora-targets.js';
import { TorchCpuGenerator } from '../../src/diffusion/random/torch-cpu-generator.js';
import { createTrainStep } from '../../src/diffusion/unet/train-step.js';
import { AdamW, adamWDefaults } from '../../src/training/adamw.js';
import { HostOptimizer } from '../../src/training/host-optimizer.js';
import { timeByOperator } from './operator-profile.js';
import { sgemmRate } from './sgemm.js';

const [folder = '', edgeText, threadsText, stepsText, mode] = process.argv.slice(2);
const [edge, threads, steps] = [Number(edgeText), Number(threadsText), Number(stepsText)];
const [rank, warmUp] = [4, 2];
const profiles = mode === 'profile' ? mkdtempSync(join(tmpdir(), 'lora-bridge-profile-')) : undefined;

const config = unetConfig.parse(JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8')));
const step = await createTrainStep(
  { config, weights: join(folder, 'diffusion_pytorch_model.safetensors') },
  {
    ...{ batchSize: 1, height: edge, width: edge, rank, threads, lowMemory: mode === 'low-memory' },
    ...(profiles === undefined ? {} : { profile: join(profiles, 'step') }),
  },
);
const generator = new TorchCpuGenerator(0);
const addedWidth = addedConditionWidth(config);
const inputs = {
  latents: generator.normal(config.in_channels * edge * edge),
  noise: generator.normal(config.in_channels * edge * edge),
  timesteps: [500],
  latentScales: [0.5],
  noiseScales: [0.8],
  textHiddenStates: generator.normal(CONTEXT_LENGTH * config.cross_attention_dim),
  addedCondition: addedWidth > 0 ? generator.normal(addedWidth) : undefined,
  lora: generator.normal(new LoraLayout(loraTargets(config), rank).size).map((number) => number * 0.01),
};
// Counted from when the process began, before any module was loaded.
const secondsToFirstStep = performance.now() / 1000;
const seconds: number[] = [];
const updates: number[] = [];
const lora = inputs.lora.slice();
const optimizer = new HostOptimizer(lora, new AdamW(lora.length, adamWDefaults), 1);
for (let index = 0; index < warmUp + steps; index++) {
  const begin = performance.now();
  const { loss, gradient } = await step.compute(inputs);
  if (!Number.isFinite(loss)) throw new Error(`The loss is ${loss}.`);
  const computed = performance.now();
  await optimizer.update(gradient, 1, 1e-4);
  seconds.push((computed - begin) / 1000);
  updates.push((performance.now() - computed) / 1000);
}
await step.release();
// Of this process, in kilobytes; mapped pages count.
const peakGigabytes = process.resourceUsage().maxRSS / 1e6;
const result = {
  secondsToFirstStep,
  seconds: seconds.slice(warmUp),
  updateSeconds: updates.slice(warmUp),
  peakGigabytes,
};
if (profiles === undefined) console.log(JSON.stringify(result));
else {
  // What is computed once has files of its own.
  const file = readdirSync(profiles).find((name) => name.startsWith('step_')) ?? '';
  const operators = timeByOperator(join(profiles, file));
  rmSync(profiles, { recursive: true });
  console.log(JSON.stringify({ ...result, operators, sgemmRate: await sgemmRate(threads) }));
}
