/**
 * @file The text-to-image pipeline: text encoders, UNet with a LoRA, sampler and VAE decoder, as diffusers' `StableDiffusionPipeline` and
 * `StableDiffusionXLPipeline`. Sessions stay open where all fit into memory; the LoRA's parameters are fed with each request.
 *
 *     const model = await openModel('pocket');
 *     const pipeline = await TextToImage.open(model, { rank: lora.rank, device: 'cpu', threads: 2 });
 *     for await (const picture of pipeline.generate({ prompt, seed: 1024, count: 6, lora })) …
 *     await pipeline.release();
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Condition, PromptEncoder } from '../diffusion/clip/prompt-encoder.js';
import { pixelsPerLatent } from '../diffusion/config/vae-config.js';
import type { Lora } from '../diffusion/lora/lora.js';
import { type ChosenLora, checkComponents, loraAdapters } from '../diffusion/lora/lora-adapters.js';
import { LoraLayout } from '../diffusion/lora/lora-layout.js';
import { loraTargets } from '../diffusion/lora/lora-targets.js';
import type { BaseModel } from '../diffusion/model/base-model.js';
import { SharedMemory, type SharedNetwork } from '../diffusion/model/shared-memory.js';
import { NoiseSchedule } from '../diffusion/noise-schedule.js';
import { type NoiseSource, newGenerator } from '../diffusion/random/noise-source.js';
import { createDenoiser, type Denoiser } from '../diffusion/unet/denoiser.js';
import { VaeDecoder } from '../diffusion/vae/decoder.js';
import { vaeOptions } from '../diffusion/vae/options.js';
import { LoraBridgeError } from '../errors/lora-bridge-error.js';
import type { CompileOptions } from '../graph/index.js';
import { type Picture, pictureOf } from './picture.js';
import type { Denoise } from './samplers/sampler.js';
import { denoiserCalls, type SamplerName, samplers } from './samplers/samplers.js';

export interface TextToImageOptions extends CompileOptions {
  /** Edge of the images in pixels. Default: the model's own. */
  readonly resolution?: number | undefined;
  /** Rank of the LoRAs that requests will have. Default: none. */
  readonly rank?: number | undefined;
  /** LoRAs for all images: of any rank, for text encoders and all kinds of layers too. */
  readonly loras?: readonly ChosenLora[] | undefined;
}

export interface GenerationRequest {
  readonly prompt: string;
  /** What the image should not show. Default: nothing, which for SDXL differs from an empty text. */
  readonly negative?: string | undefined;
  /** Default 50. */
  readonly steps?: number | undefined;
  /** Classifier-free guidance scale (Ho and Salimans, 2022); up to 1 there is none. Default 7.5. */
  readonly guidance?: number | undefined;
  /** Image i is generated with seed + i, and is the same as with that seed alone. */
  readonly seed: number;
  /** Default 1. */
  readonly count?: number | undefined;
  /** Default `dpmpp_2m`. */
  readonly sampler?: SamplerName | undefined;
  /** The random generator: torch's on a CPU (default), or on CUDA, which A1111 uses. */
  readonly noise?: NoiseSource | undefined;
  /** Of the rank that the pipeline was opened with. Default: the base model alone. */
  readonly lora?: Lora | undefined;
  /** Stops before the next call of the denoiser, by throwing the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Called after each call of the denoiser; calls are counted over all images. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

export interface SeededPicture extends Picture {
  readonly seed: number;
}

/** Not an interface: `Object.values` of one is `any[]`. */
type Networks = {
  readonly prompts: SharedNetwork<PromptEncoder>;
  readonly denoiser: SharedNetwork<Denoiser>;
  readonly decoder: SharedNetwork<VaeDecoder>;
};

export class TextToImage {
  /** Edge of the images in pixels. */
  readonly resolution: number;
  /** Rank of the LoRAs that requests can have. */
  readonly rank: number;
  readonly #model: BaseModel;
  readonly #schedule: NoiseSchedule;
  readonly #networks: Networks;
  readonly #holdsAll: boolean;
  /** Previews repeat the same prompts. */
  readonly #conditions = new Map<string, Condition>();

  private constructor(model: BaseModel, resolution: number, rank: number, networks: Networks, holdsAll: boolean) {
    this.resolution = resolution;
    this.rank = rank;
    this.#model = model;
    this.#schedule = new NoiseSchedule(model.scheduler);
    this.#networks = networks;
    this.#holdsAll = holdsAll;
  }

  /**
   * @param memory where not all networks fit, they are opened in turn while generating, which may then throw the same
   * @throws LoraBridgeError `input.option.invalid` for an impossible resolution, what opening tokenizers, weights and devices throws
   * (`input.model.*`, `input.safetensors.*`, `resource.device.missing`), and `input.lora.mismatch` for a LoRA that does not fit
   */
  static async open(
    model: BaseModel,
    options: TextToImageOptions = {},
    memory = new SharedMemory(true),
  ): Promise<TextToImage> {
    const { resolution = model.resolution, rank = 0, loras = [], ...device } = options;
    checkResolution(model, resolution);
    const encoders = model.textEncoders.map(({ folder }) => folder);
    checkComponents(loras, ['unet', ...encoders]);
    const adapters = loraAdapters(loras);
    const textAdapters = encoders.map((folder) => adapters.get(folder));
    const size = { width: resolution, height: resolution };
    const edge = resolution / pixelsPerLatent(model.vae.config);
    const geometry = { batchSize: 1, width: edge, height: edge, rank, ...device };
    const networks = {
      prompts: memory.share(() => PromptEncoder.open(model, device, textAdapters)),
      denoiser: memory.share(() => createDenoiser(model.unet, geometry, adapters.get('unet'))),
      decoder: memory.share(() => VaeDecoder.open(model.vae, size, vaeOptions(model, device))),
    };
    if (memory.holdsAll) for (const network of Object.values(networks)) await network.open();
    return new TextToImage(model, resolution, rank, networks, memory.holdsAll);
  }

  /** How many tokens of a prompt are beyond the limit and have no effect; above 0, warn the user. */
  async droppedTokens(prompt: string): Promise<number> {
    return (await this.#networks.prompts.open()).droppedTokens(prompt);
  }

  /**
   * Yields the images one after the other, each as soon as it is ready, or, where networks use memory in turn, all at the end.
   * @throws LoraBridgeError `input.option.invalid` for an impossible number of steps, `sampling.diverged` when values are no longer
   * finite; the signal's reason
   */
  async *generate(request: GenerationRequest): AsyncGenerator<SeededPicture, void, undefined> {
    const { seed, count = 1, steps = 50, sampler = 'dpmpp_2m', noise = 'cpu', onProgress } = request;
    checkSteps(this.#model, steps);
    const total = count * denoiserCalls(sampler, steps);
    let done = 0;
    const denoise = await this.#guidedDenoiser(request, () => onProgress?.(++done, total));
    const sampleLatent = async (pictureSeed: number): Promise<Float32Array> => {
      const { scheduler: config, vae } = this.#model;
      const edge = this.resolution / pixelsPerLatent(vae.config);
      const generator = newGenerator(noise, pictureSeed);
      const latent = await samplers[sampler]({
        schedule: this.#schedule,
        config,
        steps,
        denoise,
        noise: generator.normal(vae.config.latent_channels * edge * edge),
        generator,
      });
      checkFinite(latent);
      return latent;
    };
    const batch = this.#holdsAll ? 1 : count;
    for (let first = 0; first < count; first += batch) {
      const latents: Float32Array[] = [];
      for (let index = 0; index < batch; index++) latents.push(await sampleLatent(seed + first + index));
      for (const [index, latent] of latents.entries()) {
        const pixels = await (await this.#networks.decoder.open()).decode(latent);
        yield { ...pictureOf(pixels, this.resolution, this.resolution), seed: seed + first + index };
      }
    }
  }

  /** Frees the memory of all sessions. */
  async release(): Promise<void> {
    for (const network of Object.values(this.#networks)) await network.free();
  }

  async #guidedDenoiser(request: GenerationRequest, onStep: () => void): Promise<Denoise> {
    const { prompt, negative, guidance = 7.5, lora, signal } = request;
    const conditional = await this.#encode(prompt);
    const unconditional = guidance > 1 ? await this.#unconditional(negative) : undefined;
    const weights = this.#loraInputs(lora);
    return async (sample, timestep) => {
      // A run blocks the event loop, which must be able to handle an abort in between.
      await nextTurn();
      signal?.throwIfAborted();
      const denoiser = await this.#networks.denoiser.open();
      const predict = ({ textHiddenStates, addedCondition }: Condition): Promise<Float32Array> =>
        denoiser.predict({
          sample,
          timesteps: [timestep],
          textHiddenStates,
          addedCondition,
          ...weights,
        });
      const conditionalPrediction = await predict(conditional);
      // On a CPU two runs of one sample are faster than one run of two.
      const unconditionalPrediction = unconditional === undefined ? undefined : await predict(unconditional);
      onStep();
      if (unconditionalPrediction === undefined) return conditionalPrediction;
      return unconditionalPrediction.map(
        (value, index) => value + guidance * ((conditionalPrediction[index] ?? 0) - value),
      );
    };
  }

  /** Scaled here, once for all steps: the denoiser copies a LoRA whose scale is not 1. */
  #loraInputs(lora: Lora | undefined): { readonly lora: Float32Array; readonly loraScale: 1 } {
    const layout = new LoraLayout(loraTargets(this.#model.unet.config), this.rank);
    if (lora === undefined) return { lora: new Float32Array(layout.size), loraScale: 1 };
    if (lora.rank !== this.rank)
      throw new LoraBridgeError(
        'internal',
        `The pipeline was opened for rank ${this.rank}, the LoRA has ${lora.rank}.`,
      );
    return { lora: layout.scaleUps(lora.values, lora.alpha / lora.rank), loraScale: 1 };
  }

  async #encode(prompt: string): Promise<Condition> {
    const known = this.#conditions.get(prompt);
    if (known !== undefined) return known;
    const condition = await (await this.#networks.prompts.open()).encode(prompt, this.#size);
    this.#conditions.set(prompt, condition);
    return condition;
  }

  async #unconditional(negative: string | undefined): Promise<Condition> {
    if (negative === undefined && this.#model.zerosForNoPrompt)
      return (await this.#networks.prompts.open()).zeros(this.#size);
    return await this.#encode(negative ?? '');
  }

  get #size() {
    return { width: this.resolution, height: this.resolution };
  }
}

function checkResolution(model: BaseModel, resolution: number): void {
  const multiple = pixelsPerLatent(model.vae.config) * 2 ** (model.unet.config.block_out_channels.length - 1);
  if (resolution % multiple === 0 && resolution > 0) return;
  throw new LoraBridgeError(
    'input.option.invalid',
    `${model.name} cannot generate images of ${resolution} × ${resolution} pixels.`,
    { hint: `Choose a resolution that is a multiple of ${multiple}; the model's own is ${model.resolution}.` },
  );
}

function checkSteps(model: BaseModel, steps: number): void {
  // With more, diffusers' spacings leave the schedule or visit a timestep twice.
  const maximum = Math.floor(model.scheduler.num_train_timesteps / 2);
  if (Number.isInteger(steps) && steps >= 1 && steps <= maximum) return;
  throw new LoraBridgeError('input.option.invalid', `An image cannot be generated in ${steps} steps.`, {
    hint: `Choose 1 to ${maximum} steps; 20 to 50 are usual.`,
  });
}

function checkFinite(latent: Float32Array): void {
  if (latent.every(Number.isFinite)) return;
  throw new LoraBridgeError('sampling.diverged', 'The generated image contains values that are not finite.', {
    hint: 'The LoRA or the model is broken, or the guidance scale is far too high: try without the LoRA, and with --guidance 7.5.',
  });
}
