/**
 * @file Child process: training steps of the native engine with AdamW, clipping and all. Its argument is a `NativeStep` as JSON. Prints
 * figures and, where a profile is requested, `{operators}`.
 */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addedConditionWidth } from '../../../src/diffusion/config/unet-config.js';
import { loraTargets } from '../../../src/diffusion/lora/lora-targets.js';
import { openModel } from '../../../src/diffusion/model/open-model.js';
import { SharedMemory } from '../../../src/diffusion/model/shared-memory.js';
import { TorchCpuGenerator } from '../../../src/diffusion/random/torch-cpu-generator.js';
import type { CompileOptions } from '../../../src/graph/index.js';
import { Learner } from '../../../src/training/learner.js';
import { trainingState } from '../../../src/training/training-state.js';
import { median } from '../../bench/benchmark.js';
import { timeByOperator } from '../../bench/operator-profile.js';

export interface NativeStep {
  readonly folder: string;
  /** Edge of the latents. */
  readonly edge: number;
  readonly batchSize: number;
  readonly rank: number;
  /** Steps are measured for so long; at least three. */
  readonly seconds: number;
  readonly profile: boolean;
  readonly compile: CompileOptions;
}

const { folder, edge, batchSize, rank, seconds, profile, compile } = JSON.parse(process.argv[2] ?? '') as NativeStep;
/** On CUDA the first steps run, and are recorded, before they are replayed. */
const warmUp = 4;
const [textTokens, leastSteps] = [77, 3];
const profiles = profile ? mkdtempSync(join(tmpdir(), 'lora-bridge-profile-')) : undefined;
const say = (line: unknown): void => {
  process.stdout.write(`${JSON.stringify(line)}\n`);
};
/** Seconds since the process began. */
const now = (): number => performance.now() / 1000;

const model = await openModel(folder);
const { config } = model.unet;
const state = trainingState({ component: 'unet', targets: loraTargets(config) }, { rank, seed: 0 });
const memory = new SharedMemory(true);
const learner = new Learner(model, { height: edge, width: edge, batchSize }, state, memory, {
  ...compile,
  ...(profiles === undefined ? {} : { profile: join(profiles, 'step') }),
});
const generator = new TorchCpuGenerator(0);
const addedWidth = addedConditionWidth(config);
const latentNumbers = batchSize * config.in_channels * edge * edge;
const batch = {
  latents: generator.normal(latentNumbers),
  noise: generator.normal(latentNumbers),
  timesteps: new Array<number>(batchSize).fill(500),
  textHiddenStates: generator.normal(batchSize * textTokens * config.cross_attention_dim),
  addedCondition: addedWidth > 0 ? generator.normal(batchSize * addedWidth) : undefined,
};
const step = async (): Promise<number> => {
  const begin = now();
  await learner.learn(batch, 1e-4);
  return now() - begin;
};
await step();
const firstStep = now();
for (let index = 0; index < warmUp; index++) await step();
const times: number[] = [];
const begin = now();
while (times.length < leastSteps || now() - begin < seconds) times.push(await step());
say({ 'step (s)': median(times), 'process start to first step (s)': firstStep, steps: times.length });
await learner.release();
await memory.release();
if (profiles !== undefined) {
  // What is computed once has files of its own.
  const file = readdirSync(profiles).find((name) => name.startsWith('step_')) ?? '';
  say({ operators: timeByOperator(join(profiles, file)) });
  rmSync(profiles, { recursive: true });
}
