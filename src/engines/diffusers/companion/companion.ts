/** @file Serves one process of a training: draws samples and variants, and where it is the one to do so, writes the run's files. */
import { VariantPool } from '../../../dataset/pool.js';
import type { LoraTarget } from '../../../diffusion/lora/lora-targets.js';
import { LoraBridgeError } from '../../../errors/lora-bridge-error.js';
import { contactSheet } from '../../../sampling/contact-sheet.js';
import { writePicture } from '../../../sampling/picture-file.js';
import { AdamW, adamWDefaults } from '../../../training/adamw.js';
import { type CheckpointState, readCheckpoint, readCheckpointState, updatesOf } from '../../../training/checkpoint.js';
import { assertFinite } from '../../../training/divergence.js';
import { evaluationSample, evaluationSize } from '../../../training/evaluation.js';
import { MetricsFile } from '../../../training/metrics.js';
import { Pace } from '../../../training/pace.js';
import { previewSamplingSteps, previewSeed } from '../../../training/previews.js';
import { RunFolder } from '../../../training/run-folder.js';
import { RunRecord } from '../../../training/run-record.js';
import { type Sample, SampleOrder } from '../../../training/sample-order.js';
import { TrainableLora } from '../../../training/trainable-lora.js';
import type { EngineJob } from '../../contract.js';
import { type EngineModel, openEngineModel } from './base-model.js';
import { floatsOf } from './frames.js';
import type { CompanionAnswer, CompanionRequest } from './requests.js';

/** Which of the processes that train together this one belongs to. */
export interface Place {
  readonly rank: number;
  readonly processes: number;
  /** One on each machine writes the files of the run there. */
  readonly writes: boolean;
}

/** What only the process that writes files has. */
interface Written {
  readonly trainable: TrainableLora;
  readonly optimizer: AdamW;
  readonly record: RunRecord;
  readonly metrics: MetricsFile;
}

export class Companion {
  readonly #order: SampleOrder;
  readonly #pace = new Pace();
  readonly #previews: string[] = [];
  #written: Written | undefined;

  private constructor(
    private readonly job: EngineJob,
    private readonly place: Place,
    private readonly model: EngineModel,
    private readonly pool: VariantPool,
    private readonly folder: RunFolder,
    private readonly resumed: CheckpointState | undefined,
  ) {
    this.#order = new SampleOrder({
      seed: job.options.seed,
      pictures: pool.count,
      variants: pool.variants,
      timesteps: model.timesteps,
    });
  }

  /** @throws LoraBridgeError for whatever is wrong with model, dataset or checkpoint: all before torch is imported */
  static async open(job: EngineJob, place: Place): Promise<Companion> {
    const model = await openEngineModel(job.options);
    const { seed, background, flip, variants } = job.options;
    const resolution = job.options.resolution ?? model.resolution;
    const pool = await VariantPool.open(job.manifest, { resolution, seed, background, flip, variants });
    const folder = new RunFolder(job.out);
    folder.create();
    const checkpoint = job.resume === undefined ? undefined : readCheckpointState(job.resume, job.options);
    return new Companion(job, place, model, pool, folder, checkpoint);
  }

  private get resolution(): number {
    return this.job.options.resolution ?? this.model.resolution;
  }

  /** What Python has to know before it begins. */
  get plan(): object {
    const { options } = this.job;
    const { pool, model } = this;
    const variants = Array.from({ length: pool.variants }, (_, variant) => variant);
    const pictures = Array.from({ length: pool.count }, (_, picture) => picture);
    const captions = pictures.flatMap((picture) => variants.map((variant) => pool.caption(picture, variant)));
    return {
      options: { ...options, resolution: this.resolution, alpha: options.alpha ?? options.rank },
      ...model.plan,
      start: this.resumed?.step ?? 0,
      updates: this.resumed === undefined ? 0 : updatesOf(this.resumed),
      captions: [...new Set(captions)],
      preview: {
        prompt: options.previewPrompt ?? options.prompt,
        seed: previewSeed,
        steps: previewSamplingSteps,
      },
      evaluation: Array.from({ length: evaluationSize }, (_, index) =>
        this.described(evaluationSample(index, pool.count, model.timesteps, options.seed)),
      ),
      cache: this.folder.scratch(`diffusers-${this.place.rank}`),
    };
  }

  async serve(request: CompanionRequest, payload: Buffer): Promise<CompanionAnswer> {
    switch (request.do) {
      case 'weights':
        return await this.weights(request.modules);
      case 'samples':
        return { answer: { samples: this.samplesAt(request.step).map((sample) => this.described(sample)) } };
      case 'variant': {
        const { pixels, mask } = await this.pool.render(request.picture, request.variant);
        return { answer: {}, numbers: [pixels, mask] };
      }
      case 'step':
        return { answer: this.stepDone(request.step, request.loss, request.gradientNorm) };
      case 'checkpoint': {
        this.take(payload, true);
        this.#pace.resume();
        return { answer: { folder: this.written.record.writeCheckpoint(request.step) } };
      }
      case 'preview':
        return { answer: await this.preview(request.step, request.edge, payload) };
      case 'finish': {
        this.take(payload, false);
        const files = [...this.written.record.writeLora(), ...this.#previews];
        return { answer: { files, samplesPerFraming: this.written.record.samplesPerFraming } };
      }
      case 'open':
        throw new Error('The job is open already.');
    }
  }

  close(): void {
    this.#written?.metrics.close();
  }

  private get written(): Written {
    if (this.#written === undefined)
      throw new Error('Nothing is written before the weights were asked for, nor by every process.');
    return this.#written;
  }

  private async weights(modules: Readonly<Record<string, readonly [number, number]>>): Promise<CompanionAnswer> {
    const part = { component: this.model.component, targets: this.targetsOf(modules) };
    const { targets } = part;
    const { options, resume } = this.job;
    const { rank, seed, learningRate } = options;
    const alpha = options.alpha ?? rank;
    const checkpoint = resume === undefined ? undefined : readCheckpoint(resume, part, options);
    const trainable =
      checkpoint === undefined
        ? TrainableLora.gaussian(part, rank, alpha, seed)
        : TrainableLora.copy(part, rank, alpha, checkpoint.lora);
    const optimizer = new AdamW(trainable.values.length, { ...adamWDefaults, learningRate });
    checkpoint?.restore(optimizer);
    if (this.place.writes) {
      const { job, model, resolution, folder, pool } = this;
      const secondsBefore = checkpoint?.state.seconds ?? 0;
      const learner = { part, trainable, adamW: optimizer, lossScaling: checkpoint?.lossScaling };
      const record = new RunRecord(job, model, resolution, folder, learner, pool, secondsBefore);
      await record.writeConfig();
      const metrics = new MetricsFile(folder.metrics, checkpoint?.state.step ?? 0);
      this.#written = { trainable, optimizer, record, metrics };
    }
    this.#pace.resume();
    const moments = checkpoint === undefined ? [] : [optimizer.firstMoment, optimizer.secondMoment];
    return {
      answer: { paths: targets.map(({ path }) => path), parameters: trainable.values.length, moments: moments.length },
      numbers: [trainable.values, ...moments],
    };
  }

  /** The modules in the order that the native engine has them in, where it knows them. */
  private targetsOf(modules: Readonly<Record<string, readonly [number, number]>>): readonly LoraTarget[] {
    const given = Object.entries(modules).map(([path, [inFeatures, outFeatures]]) => ({
      path,
      inFeatures,
      outFeatures,
    }));
    const known = this.model.targets;
    if (known === undefined) return given;
    const differing = given.find(({ path, inFeatures, outFeatures }) => {
      const target = known.find((candidate) => candidate.path === path);
      return target?.inFeatures !== inFeatures || target.outFeatures !== outFeatures;
    });
    if (differing !== undefined || given.length !== known.length)
      throw new LoraBridgeError('internal', `The engines differ about the modules of ${this.model.path}.`);
    return known;
  }

  private samplesAt(step: number, rank = this.place.rank): Sample[] {
    const { batchSize } = this.job.options;
    const first = (step * this.place.processes + rank) * batchSize;
    return Array.from({ length: batchSize }, (_, index) => this.#order.at(first + index));
  }

  private described(sample: Sample): object {
    return { ...sample, caption: this.pool.caption(sample.picture, sample.variant) };
  }

  private stepDone(step: number, loss: number, gradientNorm: number): object {
    assertFinite(step, loss, gradientNorm);
    this.#pace.step();
    const { learningRate, steps } = this.job.options;
    const all = Array.from({ length: this.place.processes }, (_, rank) => this.samplesAt(step - 1, rank)).flat();
    const samples = all.map(({ picture, variant }) => `${this.pool.name(picture)}#${variant}`);
    const timesteps = all.map(({ timestep }) => timestep);
    this.written.metrics.append({ step, loss, gradientNorm, learningRate, samples, timesteps });
    this.written.record.count(all.map(({ picture }) => picture));
    const { stepsPerSecond } = this.#pace;
    const etaSeconds = this.#pace.eta(steps - step);
    return { type: 'step', step, steps, loss, gradientNorm, learningRate, stepsPerSecond, etaSeconds };
  }

  /** Takes over the numbers that Python has learnt. */
  private take(payload: Buffer, withMoments: boolean): void {
    const { trainable, optimizer } = this.written;
    const parts = withMoments ? [trainable.values, optimizer.firstMoment, optimizer.secondMoment] : [trainable.values];
    const numbers = floatsOf(payload);
    const { length } = trainable.values;
    if (numbers.length !== length * parts.length)
      throw new LoraBridgeError(
        'internal',
        `${numbers.length} values were received instead of ${length * parts.length}.`,
      );
    for (const [index, part] of parts.entries()) part.set(numbers.subarray(index * length, (index + 1) * length));
  }

  private async preview(step: number, edge: number, payload: Buffer): Promise<object> {
    const size = edge * edge * 3;
    const pictures = Array.from({ length: payload.length / size }, (_, index) => ({
      width: edge,
      height: edge,
      rgb: new Uint8ClampedArray(payload.subarray(index * size, (index + 1) * size)),
    }));
    const file = this.folder.sample(step);
    await writePicture(file, contactSheet(pictures));
    this.#previews.push(file);
    this.#pace.resume();
    const prompt = this.job.options.previewPrompt ?? this.job.options.prompt;
    return { type: 'preview', step, file, prompt, seed: previewSeed };
  }
}
