/**
 * @file The diffusers engine as a backend: each call is a request to a Python process, with its tensors. Where several machines train
 * together, their loops run in lockstep, and only the batches of the first machine are used.
 */

import { z } from 'zod';
import { joined } from '../../diffusion/joined.js';
import type { LoraTarget } from '../../diffusion/lora/lora-targets.js';
import type { LatentDistribution } from '../../diffusion/vae/encoder.js';
import { LoraBridgeError } from '../../errors/lora-bridge-error.js';
import type { TrainOptions } from '../../protocol/train-options.js';
import type { Picture } from '../../sampling/picture.js';
import type { Backend, Batch, GenerateRequest, OpenedBackend, StepResult } from '../../training/backend.js';
import type { TrainingHost } from '../../training/host.js';
import { previewPrompt } from '../../training/previews.js';
import type { TrainingState } from '../../training/training-state.js';
import type { EngineModel } from './base-model.js';
import type { Frame, Tensor, Tensors } from './frames.js';
import { hasRankZero, launchCommand, type Placement, processCount, type RunFiles } from './launch.js';
import { repair } from './python-error.js';
import { PythonProcess } from './python-process.js';

const opened = z.object({
  device: z.string(),
  /** Modules that get a LoRA, by their paths: width of input and output. */
  modules: z.record(z.string(), z.tuple([z.int().positive(), z.int().positive()])),
});

/** Loading: job checked, libraries imported, model loaded. */
const loadingStages = 3;

export class DiffusersBackend implements Backend {
  readonly samplesPerStep: number;
  readonly encoding = 'texts first';
  readonly #options: TrainOptions;
  readonly #placement: Placement;
  readonly #files: RunFiles;
  readonly #importSeconds: number;
  readonly #host: TrainingHost;
  readonly #sharedStop = new AbortController();
  /** The tensors of an encoded text: name and shape [1, …] of each. */
  #textLayout: readonly (readonly [string, readonly number[]])[] = [];
  #python: PythonProcess | undefined;
  #state: TrainingState | undefined;

  /**
   * @param importSeconds timeout for starting Python and importing its libraries
   */
  constructor(
    readonly model: EngineModel,
    options: TrainOptions,
    placement: Placement,
    files: RunFiles,
    importSeconds: number,
    host: TrainingHost,
  ) {
    this.#options = options;
    this.#placement = placement;
    this.#files = files;
    this.#importSeconds = importSeconds;
    this.#host = host;
    this.samplesPerStep = options.batchSize * processCount(placement);
  }

  /** Aborted when the training has to stop: with several machines, at the same step on all of them. */
  get signal(): AbortSignal {
    return this.#placement.nodes === undefined ? this.#host.signal : this.#sharedStop.signal;
  }

  async open(): Promise<OpenedBackend> {
    const { signal } = this.#host;
    this.#loaded(1);
    const { command, env } = launchCommand(this.#placement, this.#settings, this.#files);
    const python = await PythonProcess.start(command, env, this.#placement.device);
    this.#python = python;
    // Nothing is learnt yet, and an import that hangs can only be killed.
    const stop = (): void => {
      this.#sharedStop.abort();
      python.kill();
    };
    signal.addEventListener('abort', stop);
    if (signal.aborted) stop();
    try {
      await this.#imported(python);
      this.#loaded(2);
      const { device, modules } = opened.parse((await python.receive()).fields);
      this.#loaded(3);
      return { device, part: { component: this.model.component, targets: this.#targetsOf(modules) } };
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }

  async encodeText(text: string): Promise<Float32Array> {
    const { tensors } = await this.#ask({ do: 'encode_text', text });
    this.#textLayout = Object.entries(tensors).map(([name, { shape }]) => [name, shape]);
    return joined(Object.keys(tensors).map((name) => floats(tensors, name)));
  }

  async encodePicture(pixels: Float32Array): Promise<LatentDistribution> {
    const edge = Math.sqrt(pixels.length / 3);
    const { tensors } = await this.#ask({ do: 'encode_picture' }, { pixels: { data: pixels, shape: [3, edge, edge] } });
    return { mean: floats(tensors, 'mean'), logVariance: floats(tensors, 'log_variance') };
  }

  async loadState(state: TrainingState): Promise<void> {
    this.#state = state;
    const { values } = state.trainable;
    const { firstMoment, secondMoment, updates } = state.adamW;
    const paths = state.part.targets.map(({ path }) => path);
    await this.#ask(
      { do: 'load_state', paths, updates },
      { values: vector(values), first_moment: vector(firstMoment), second_moment: vector(secondMoment) },
    );
  }

  async readState(): Promise<void> {
    if (this.#state === undefined) throw new LoraBridgeError('internal', 'There is no state to read.');
    const { tensors } = await this.#ask({ do: 'read_state' });
    this.#state.trainable.values.set(floats(tensors, 'values'));
    this.#state.adamW.firstMoment.set(floats(tensors, 'first_moment'));
    this.#state.adamW.secondMoment.set(floats(tensors, 'second_moment'));
  }

  async learn(batch: Batch, learningRate: number): Promise<StepResult> {
    const request = { do: 'learn', learningRate, stop: this.#host.signal.aborted };
    const { tensors } = await this.#ask(request, hasRankZero(this.#placement) ? this.#tensorsOf(batch) : {});
    const [loss = Number.NaN, gradientNorm = Number.NaN, stop] = floats(tensors, 'result');
    if (stop === 1) this.#sharedStop.abort();
    return { loss, gradientNorm };
  }

  async evaluate(batch: Batch): Promise<{ base: number; tuned: number }> {
    const { tensors } = await this.#ask({ do: 'evaluate' }, this.#tensorsOf(batch));
    const [base = Number.NaN, tuned = Number.NaN] = floats(tensors, 'result');
    return { base, tuned };
  }

  async generate(request: GenerateRequest): Promise<Picture[]> {
    const { prompt, seed, count, steps, withLora, signal, onProgress } = request;
    const edge = this.#resolution;
    const pictures: Picture[] = [];
    const abort = (): void => void this.#python?.send({ do: 'abort' });
    signal.addEventListener('abort', abort);
    try {
      while (pictures.length < count) {
        signal.throwIfAborted();
        const ask = { do: 'generate', prompt, seed: seed + pictures.length, steps, edge, withLora };
        let done = pictures.length * steps;
        const { tensors } = await this.#ask(ask, {}, () => onProgress(++done, count * steps));
        signal.throwIfAborted();
        const { data } = tensors.picture ?? { data: new Uint8Array() };
        pictures.push({ width: edge, height: edge, rgb: Uint8ClampedArray.from(data) });
      }
    } finally {
      signal.removeEventListener('abort', abort);
    }
    return pictures;
  }

  async close(): Promise<void> {
    const python = this.#python;
    this.#python = undefined;
    if (python === undefined) return;
    // All processes end together; after an error none can answer.
    await python.ask({ do: 'close' }).catch(() => python.kill());
    await python.end();
  }

  get #resolution(): number {
    return this.#options.resolution ?? this.model.resolution;
  }

  get #settings(): object {
    const { rank, alpha = rank, lowMemory, precision, threads } = this.#options;
    const { device } = this.#placement;
    // Encoded at the start: the text encoders are gone when images are generated.
    const prompts = [previewPrompt(this.#options), ''];
    return { ...this.model.settings, device, rank, alpha, lowMemory, precision, threads: threads ?? null, prompts };
  }

  #loaded(done: number): void {
    this.#host.emit({ type: 'progress', stage: 'loading', done, total: loadingStages });
  }

  async #imported(python: PythonProcess): Promise<void> {
    let isLate = false;
    const deadline = setTimeout(() => {
      isLate = true;
      python.kill();
    }, 1000 * this.#importSeconds);
    try {
      await python.receive();
    } catch (error) {
      if (!isLate) throw error;
      const message = `The libraries of the engine were not loaded within ${this.#importSeconds} s.`;
      throw new LoraBridgeError('resource.engine.broken', message, { hint: repair });
    } finally {
      clearTimeout(deadline);
    }
  }

  async #ask(request: object, tensors?: Tensors, onFrame?: () => void): Promise<Frame> {
    if (this.#python === undefined) throw new LoraBridgeError('internal', 'The engine is not open.');
    return await this.#python.ask(request, tensors, onFrame);
  }

  /** The modules in the order that the native engine has them in, where it knows them. */
  #targetsOf(modules: z.output<typeof opened>['modules']): readonly LoraTarget[] {
    const given = Object.entries(modules).map(([path, [inFeatures, outFeatures]]) => ({
      path,
      inFeatures,
      outFeatures,
    }));
    const known = this.model.targets;
    if (known === undefined) return given;
    const line = ({ path, inFeatures, outFeatures }: LoraTarget): string => `${path} ${inFeatures} ${outFeatures}`;
    if (given.map(line).sort().join() !== known.map(line).sort().join())
      throw new LoraBridgeError('internal', `The engines disagree on the modules of ${this.model.path}.`);
    return known;
  }

  #tensorsOf({ latents, noise, timesteps, texts, sampleWeights, lossMask }: Batch): Tensors {
    const count = timesteps.length;
    const { channels } = this.model.latents;
    const edge = Math.sqrt(latents.length / count / channels);
    const shape = [count, channels, edge, edge];
    let offset = 0;
    const text = this.#textLayout.map(([name, [, ...rest]]) => {
      const begin = offset;
      offset += rest.reduce((product, size) => product * size, 1);
      const data = joined(texts.map((values) => values.subarray(begin, offset)));
      return [`text.${name}`, { data, shape: [count, ...rest] }] as const;
    });
    return {
      latents: { data: latents, shape },
      noise: { data: noise, shape },
      timesteps: vector(Float32Array.from(timesteps)),
      ...Object.fromEntries(text),
      ...(sampleWeights && { sample_weights: vector(Float32Array.from(sampleWeights)) }),
      ...(lossMask && { loss_mask: { data: lossMask, shape: [count, 1, edge, edge] } }),
    };
  }
}

const vector = (data: Float32Array): Tensor => ({ data, shape: [data.length] });

function floats(tensors: Tensors, name: string): Float32Array {
  const data = tensors[name]?.data;
  if (data instanceof Float32Array) return data;
  throw new LoraBridgeError('internal', `Python's answer lacks ${name}.`);
}
