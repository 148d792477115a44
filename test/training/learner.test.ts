import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { unetConfig } from '../../src/diffusion/config/unet-config.js';
import { loraTargets } from '../../src/diffusion/lora/lora-targets.js';
import { SharedMemory } from '../../src/diffusion/model/shared-memory.js';
import { NoiseSchedule, schedulerConfig } from '../../src/diffusion/noise-schedule.js';
import { openSafetensors } from '../../src/safetensors/header.js';
import { readTensor } from '../../src/safetensors/read.js';
import { Learner } from '../../src/training/learner.js';
import { lossWeights } from '../../src/training/loss-weights.js';
import { trainingState } from '../../src/training/training-state.js';
import { relativeDifference } from '../diffusion/relative-difference.js';

const goldens = fileURLToPath(new URL('../goldens/', import.meta.url));
const golden = openSafetensors(`${goldens}/ten-steps/ten-steps.safetensors`);
const config = unetConfig.parse(JSON.parse(readFileSync(`${goldens}/unet/pocket-like/config.json`, 'utf8')));
const model = {
  unet: { config, weights: `${goldens}/unet/pocket-like/diffusion_pytorch_model.safetensors` },
  scheduler: schedulerConfig.parse({ beta_start: 0.00085, beta_end: 0.012, beta_schedule: 'scaled_linear' }),
};
const schedule = new NoiseSchedule(model.scheduler);
const options = { minSnrGamma: 5 as number | undefined, maskWeight: 0.25, learningRate: 1e-2 };

/** The first steps of the golden file. With memory for one network, another one is used between any two of them. */
async function learn(changed: Partial<typeof options> = {}, memory = new SharedMemory(true), steps = 10) {
  const { learningRate, ...weights } = { ...options, ...changed };
  const state = trainingState({ component: 'unet', targets: loraTargets(config) }, { rank: 4, alpha: 2, seed: 0 });
  state.trainable.values.set(readTensor(golden, 'before'));
  const learner = new Learner(model, { height: 8, width: 8, batchSize: 2 }, state, memory, {});
  const other = memory.share(async () => ({ release: async () => {} }));
  const part = (name: string, step: number): Float32Array => {
    const whole = readTensor(golden, name);
    return whole.slice((step * whole.length) / 10, ((step + 1) * whole.length) / 10);
  };
  const losses: number[] = [];
  const norms: number[] = [];
  for (let step = 0; step < steps; step++) {
    const timesteps = [...part('timesteps', step)];
    const batch = {
      latents: part('latents', step),
      noise: part('noise', step),
      timesteps,
      textHiddenStates: part('text', step),
      ...lossWeights(weights, schedule, timesteps, part('masks', step)),
    };
    const { loss, gradientNorm } = await learner.learn(batch, learningRate);
    losses.push(loss);
    norms.push(gradientNorm);
    if (!memory.holdsAll) await other.open();
  }
  await memory.release();
  return { losses: Float32Array.from(losses), norms: Float32Array.from(norms), after: state.trainable.values };
}

test('ten steps from the same start end in the LoRA that diffusers, PEFT and torch end in, within 1e-3', async () => {
  const { losses, norms, after } = await learn();
  expect(relativeDifference(losses, readTensor(golden, 'losses'))).toBeLessThan(1e-4);
  expect(relativeDifference(norms, readTensor(golden, 'norms'))).toBeLessThan(1e-3);
  expect(relativeDifference(after, readTensor(golden, 'after'))).toBeLessThan(1e-3);
});

test.each([{ maskWeight: 1 }, { minSnrGamma: undefined }, { learningRate: 1.1e-2 }])(
  'the tolerance sees that %o is not what torch trained with',
  async (changed) => {
    const { after } = await learn(changed);
    expect(relativeDifference(after, readTensor(golden, 'after'))).toBeGreaterThan(1e-3);
  },
);

test('the graph may be freed between two steps: the LoRA is the same, bit for bit', async () => {
  expect(await learn({}, new SharedMemory(false), 2)).toEqual(await learn({}, new SharedMemory(true), 2));
});
