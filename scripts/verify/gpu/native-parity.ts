/**
 * @file Child process: the numbers of the test suite's golden files, computed on a device. Its argument: compile options as JSON.
 * Prints `{what, kind, error}` for each: how far off, relative to the largest number expected.
 */
import { readFileSync } from 'node:fs';
import { TextEncoder } from '../../../src/diffusion/clip/text-encoder.js';
import { textEncoderConfig } from '../../../src/diffusion/config/text-encoder-config.js';
import { unetConfig } from '../../../src/diffusion/config/unet-config.js';
import { vaeConfig } from '../../../src/diffusion/config/vae-config.js';
import { type LoraTarget, loraTargets } from '../../../src/diffusion/lora/lora-targets.js';
import type { BaseModel } from '../../../src/diffusion/model/base-model.js';
import { openModel } from '../../../src/diffusion/model/open-model.js';
import { SharedMemory } from '../../../src/diffusion/model/shared-memory.js';
import { NoiseSchedule, schedulerConfig } from '../../../src/diffusion/noise-schedule.js';
import { embedAddedCondition } from '../../../src/diffusion/unet/added-condition.js';
import { createDenoiser } from '../../../src/diffusion/unet/denoiser.js';
import { createTrainStep } from '../../../src/diffusion/unet/train-step.js';
import { VaeDecoder } from '../../../src/diffusion/vae/decoder.js';
import { VaeEncoder } from '../../../src/diffusion/vae/encoder.js';
import type { CompileOptions } from '../../../src/graph/index.js';
import type { TrainOptions } from '../../../src/protocol/train-options.js';
import { openSafetensors } from '../../../src/safetensors/header.js';
import { readTensor, readTensorBytes, tensorEntry } from '../../../src/safetensors/read.js';
import { TextToImage } from '../../../src/sampling/text-to-image.js';
import { Learner } from '../../../src/training/learner.js';
import { lossWeights } from '../../../src/training/loss-weights.js';
import { trainingState } from '../../../src/training/training-state.js';
import { relativeError } from '../relative-error.js';
import { kitFolder } from './kit.js';

/** Tolerances differ by kind. */
export type ParityKind = 'output' | 'gradient' | 'training' | 'picture';

const options = JSON.parse(process.argv[2] ?? '') as CompileOptions;
const golden = (name: string): string => `${kitFolder}test/goldens/${name}`;

// JSON has no numbers that are not finite.
const say = (what: string, kind: ParityKind, error: number, detail?: string): void => {
  process.stdout.write(`${JSON.stringify({ what, kind, error: Number.isFinite(error) ? error : 1e9, detail })}\n`);
};

/** The matrices of a LoRA's gradient that are farthest off, so that a failure says where to look. */
function worstMatrices(
  found: Float32Array,
  expected: Float32Array,
  targets: readonly LoraTarget[],
  rank: number,
): string {
  const scale = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  let offset = 0;
  const matrices = targets.flatMap(({ path, inFeatures, outFeatures }) =>
    (['down', 'up'] as const).map((half) => {
      const end = offset + rank * (half === 'down' ? inFeatures : outFeatures);
      let worst = 0;
      for (; offset < end; offset++)
        worst = Math.max(worst, Math.abs((found[offset] ?? Number.NaN) - (expected[offset] ?? Number.NaN)) / scale);
      return { name: `${path}.${half}`, worst };
    }),
  );
  const farthest = matrices.sort((a, b) => b.worst - a.worst).slice(0, 6);
  return farthest.map(({ name, worst }) => `${name} ${worst.toPrecision(2)}`).join(', ');
}

/** Prediction, loss and gradients of a small UNet against diffusers and PEFT. */
async function smallUnet(name: string): Promise<void> {
  const file = openSafetensors(golden(`unet/${name}.safetensors`));
  const tensor = (key: string): Float32Array => readTensor(file, key);
  const [batchSize = 0, , height = 0, width = 0] = tensorEntry(file, 'latents').shape;
  const [, textTokens = 0] = tensorEntry(file, 'text').shape;
  const part = {
    config: unetConfig.parse(JSON.parse(readFileSync(golden(`unet/${name}/config.json`), 'utf8'))),
    weights: golden(`unet/${name}/diffusion_pytorch_model.safetensors`),
  };
  const geometry = { batchSize, height, width, textTokens, rank: 2, ...options };
  const alphas = Array.from(tensor('alphas').subarray(0, batchSize));
  const common = {
    timesteps: Array.from(tensor('timesteps').subarray(0, batchSize)),
    textHiddenStates: tensor('text'),
    lora: tensor('lora'),
  };
  const loraScale = 3 / 2;
  const denoiser = await createDenoiser(part, geometry);
  const prediction = await denoiser.predict({ ...common, loraScale, sample: tensor('noisy') });
  await denoiser.release();
  say(`UNet ${name}: prediction`, 'output', relativeError(prediction, tensor('prediction')));
  const step = await createTrainStep(part, geometry, { loraScale });
  const { loss, gradient } = await step.run({
    ...common,
    latents: tensor('latents'),
    noise: tensor('noises').slice(0, tensor('latents').length),
    latentScales: alphas.map(Math.sqrt),
    noiseScales: alphas.map((alpha) => Math.sqrt(1 - alpha)),
    sampleWeights: Array.from(tensor('weights')),
    lossMask: tensor('mask'),
  });
  await step.release();
  say(`UNet ${name}: loss`, 'output', relativeError([loss], tensor('loss')));
  const expected = tensor('gradient');
  const detail = worstMatrices(gradient, expected, loraTargets(part.config), geometry.rank);
  say(`UNet ${name}: LoRA gradients`, 'gradient', relativeError(gradient, expected), detail);
}

type TrainedWith = Pick<TrainOptions, 'rank' | 'alpha' | 'minSnrGamma' | 'maskWeight'>;

interface TenSteps {
  readonly name: string;
  readonly model: Pick<BaseModel, 'unet' | 'scheduler'>;
  readonly file: string;
  readonly options: TrainedWith;
}

/** Ten AdamW steps against diffusers, PEFT and torch: the LoRA that they end in. */
async function tenSteps({ name, model, file: path, options: trained }: TenSteps): Promise<void> {
  const file = openSafetensors(golden(path));
  const tensor = (key: string): Float32Array => readTensor(file, key);
  const part = (key: string, step: number): Float32Array => {
    const whole = tensor(key);
    return whole.slice((step * whole.length) / 10, ((step + 1) * whole.length) / 10);
  };
  const { rank, alpha = rank } = trained;
  const { config } = model.unet;
  const state = trainingState({ component: 'unet', targets: loraTargets(config) }, { rank, alpha, seed: 0 });
  state.trainable.values.set(tensor('before'));
  const memory = new SharedMemory(true);
  const schedule = new NoiseSchedule(model.scheduler);
  const learner = new Learner(model, { height: 8, width: 8, batchSize: 2 }, state, memory, options);
  const isFamily = !file.tensors.has('masks');
  const pooled = file.tensors.has('pooled') ? tensor('pooled') : undefined;
  const addedCondition =
    pooled &&
    Float32Array.from(
      [pooled.slice(0, pooled.length / 2), pooled.slice(pooled.length / 2)].flatMap((own) => [
        ...embedAddedCondition(config, own, { width: 24, height: 16 }),
      ]),
    );
  for (let step = 0; step < 10; step++) {
    const timesteps = [...part('timesteps', step)];
    const batch = {
      latents: part('latents', step),
      noise: part('noise', step),
      timesteps,
      textHiddenStates: isFamily ? tensor('text') : part('text', step),
      addedCondition,
      ...lossWeights(trained, schedule, timesteps, isFamily ? new Float32Array() : part('masks', step)),
    };
    // A step whose gradients overflow is none: it is made again with a smaller loss scale.
    while ((await learner.learn(batch, 1e-2)).skipped);
  }
  await learner.sync();
  const { values } = state.trainable;
  await learner.release();
  await memory.release();
  say(`${name}: LoRA after ten AdamW steps`, 'training', relativeError(values, tensor('after')));
}

async function textEncoder(name: string): Promise<void> {
  const config = textEncoderConfig.parse(JSON.parse(readFileSync(golden(`vae-and-text/text-${name}.json`), 'utf8')));
  const io = openSafetensors(golden(`vae-and-text/text-${name}-io.safetensors`));
  const encoder = await TextEncoder.open({ config, weights: golden(`vae-and-text/text-${name}.safetensors`) }, options);
  const ids = new Int32Array(readTensorBytes(io, 'ids').buffer);
  const { hiddenStates } = await encoder.encode({ ids, end: 20 });
  await encoder.release();
  say(`text encoder (${name} GELU)`, 'output', relativeError(hiddenStates, readTensor(io, 'states')));
}

async function vae(name: string): Promise<void> {
  const config = vaeConfig.parse(JSON.parse(readFileSync(golden(`vae-and-text/vae-${name}.json`), 'utf8')));
  const io = openSafetensors(golden(`vae-and-text/vae-${name}-io.safetensors`));
  const part = { config, weights: golden(`vae-and-text/vae-${name}.safetensors`) };
  const size = { width: 24, height: 16 };
  const encoder = await VaeEncoder.open(part, size, options);
  const { mean, logVariance } = await encoder.encode(readTensor(io, 'pixels'));
  await encoder.release();
  say(`VAE (${name}): mean`, 'output', relativeError(mean, readTensor(io, 'mean')));
  say(`VAE (${name}): log-variance`, 'output', relativeError(logVariance, readTensor(io, 'logvar')));
  const decoder = await VaeDecoder.open(part, size, options);
  const decoded = await decoder.decode(readTensor(io, 'latent'));
  await decoder.release();
  say(`VAE (${name}): decoded`, 'output', relativeError(decoded, readTensor(io, 'decoded')));
}

/** A whole picture from a seed against diffusers' pipeline; the error is of 255. */
async function picture(): Promise<void> {
  const expected = readTensorBytes(openSafetensors(golden('text-to-image/pictures.safetensors')), 'dpmpp_2m');
  const sampler = await TextToImage.open(await openModel(golden('text-to-image/model')), options);
  const request = { prompt: 'a girl, Red hair', negative: 'bad', steps: 8, guidance: 4, seed: 1024 };
  for await (const { rgb } of sampler.generate(request)) {
    const worst = expected.reduce((most, value, index) => Math.max(most, Math.abs(value - (rgb[index] ?? 255))), 0);
    say('picture of 8 steps from a seed', 'picture', worst / 255);
  }
  await sampler.release();
}

for (const name of ['pocket-like', 'sd-like-half', 'odd']) await smallUnet(name);
for (const name of ['quick', 'exact']) await textEncoder(name);
for (const name of ['attention', 'plain']) await vae(name);
await tenSteps({
  name: 'Stable Diffusion 1.x',
  model: {
    unet: {
      config: unetConfig.parse(JSON.parse(readFileSync(golden('unet/pocket-like/config.json'), 'utf8'))),
      weights: golden('unet/pocket-like/diffusion_pytorch_model.safetensors'),
    },
    scheduler: schedulerConfig.parse({ beta_start: 0.00085, beta_end: 0.012, beta_schedule: 'scaled_linear' }),
  },
  file: 'ten-steps/ten-steps.safetensors',
  options: { rank: 4, alpha: 2, minSnrGamma: 5, maskWeight: 0.25 },
});
for (const [family, name] of [
  ['sd2', 'Stable Diffusion 2.x'],
  ['sdxl', 'SDXL'],
] as const) {
  const model = await openModel(golden(`families/${family}`));
  const options = { rank: 2, alpha: 1, minSnrGamma: 5, maskWeight: 1 };
  await tenSteps({ name, model, file: `families/${family}-training.safetensors`, options });
}
await picture();
