import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { unetConfig } from '../../src/diffusion/config/unet-config.js';
import { loraTargets } from '../../src/diffusion/lora/lora-targets.js';
import { SharedMemory } from '../../src/diffusion/model/shared-memory.js';
import { schedulerConfig } from '../../src/diffusion/noise-schedule.js';
import { openSafetensors } from '../../src/safetensors/header.js';
import { readTensor } from '../../src/safetensors/read.js';
import { Learner, type LearnerOptions } from '../../src/training/learner.js';
import { TrainableLora } from '../../src/training/trainable-lora.js';
import { relativeDifference } from '../diffusion/relative-difference.js';

const goldens = fileURLToPath(new URL('../goldens/', import.meta.url));
const golden = openSafetensors(`${goldens}/ten-steps/ten-steps.safetensors`);
const config = unetConfig.parse(JSON.parse(readFileSync(`${goldens}/unet/pocket-like/config.json`, 'utf8')));
const model = {
  unet: { config, weights: `${goldens}/unet/pocket-like/diffusion_pytorch_model.safetensors` },
  scheduler: schedulerConfig.parse({ beta_start: 0.00085, beta_end: 0.012, beta_schedule: 'scaled_linear' }),
};
const options: LearnerOptions = {
  rank: 4,
  alpha: 2,
  seed: 0,
  learningRate: 1e-2,
  batchSize: 2,
  minSnrGamma: 5,
  maskWeight: 0.25,
};

/** The first steps of the golden file. With memory for one network, another one is used between any two of them. */
async function learn(changed: Partial<LearnerOptions> = {}, memory = new SharedMemory(true), steps = 10) {
  const start = TrainableLora.gaussian({ component: 'unet', targets: loraTargets(config) }, 4, 2, 0);
  start.values.set(readTensor(golden, 'before'));
  const checkpoint = { lora: start.lora, restore: () => {} };
  const latent = { height: 8, width: 8 };
  const learner = Learner.create(model, { ...options, ...changed }, latent, checkpoint, memory, {});
  const other = memory.share(async () => ({ release: async () => {} }));
  const part = (name: string, step: number): Float32Array => {
    const whole = readTensor(golden, name);
    return whole.slice((step * whole.length) / 10, ((step + 1) * whole.length) / 10);
  };
  const losses: number[] = [];
  const norms: number[] = [];
  for (let step = 0; step < steps; step++) {
    const { loss, gradientNorm } = await learner.learn({
      latents: part('latents', step),
      noise: part('noise', step),
      timesteps: [...part('timesteps', step)],
      textHiddenStates: part('text', step),
      masks: part('masks', step),
      pictures: [0, 1],
      names: [],
    });
    losses.push(loss);
    norms.push(gradientNorm);
    if (!memory.holdsAll) await other.open();
  }
  await memory.release();
  return { losses: Float32Array.from(losses), norms: Float32Array.from(norms), after: learner.trainable.values };
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
