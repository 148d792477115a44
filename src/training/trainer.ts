/**
 * @file The training loop, with the noise schedule, loss and hyper-parameters of diffusers' `train_dreambooth_lora.py`. The first
 * step comes as soon as the graph is loaded: pictures and texts are encoded when they are first drawn.
 */
import { setImmediate } from 'node:timers/promises';
import { loraTargets } from '../diffusion/lora/lora-targets.js';
import { openModel } from '../diffusion/model/open-model.js';
import type { CompileOptions } from '../graph/index.js';
import type { WorkerEvent } from '../protocol/worker-events.js';
import { BatchSource } from './batch-source.js';
import { readCheckpoint } from './checkpoint.js';
import { measureChange } from './evaluation.js';
import type { TrainingJob } from './job.js';
import { Learner } from './learner.js';
import { MetricsFile } from './metrics.js';
import { Pace } from './pace.js';
import { PreviewMaker } from './previews.js';
import { RunFolder } from './run-folder.js';
import { RunRecord } from './run-record.js';

export interface TrainingHost {
  /** Where to compute. */
  readonly compile: CompileOptions;
  /** Hears every event. */
  readonly tell: (event: WorkerEvent) => void;
  /** Aborted when the training has to stop: it then keeps a checkpoint and tells `stopped`. */
  readonly signal: AbortSignal;
}

/**
 * Trains and writes the run's files. Tells `started`, `step` …, `finished` or `stopped`.
 * @throws LoraBridgeError for anything that is wrong with model, dataset, checkpoint, device or disk, and `trainer.diverged`.
 */
export async function train(job: TrainingJob, { compile, tell, signal }: TrainingHost): Promise<void> {
  const { options } = job;
  const model = await openModel(options.base, options);
  const resolution = options.resolution ?? model.resolution;
  const folder = new RunFolder(job.out);
  folder.create();
  const checkpoint =
    job.resume === undefined
      ? undefined
      : readCheckpoint(job.resume, { component: 'unet', targets: loraTargets(model.unet.config) }, options);
  const start = checkpoint?.state.step ?? 0;

  const batches = await BatchSource.open(model, job.manifest, options, resolution, folder, compile);
  const [, height, width] = batches.latentShape;
  const learner = await Learner.open(model, options, { height, width }, checkpoint, compile);
  const previews = new PreviewMaker(model, options, resolution, folder, learner, { compile, tell, signal });
  const predictionType = model.scheduler.prediction_type === 'v_prediction' ? 'v_prediction' : 'epsilon';
  const recorded = { path: model.path, name: model.name, family: model.family.name, predictionType } as const;
  const record = new RunRecord(
    job,
    recorded,
    resolution,
    folder,
    learner,
    batches.pool,
    checkpoint?.state.seconds ?? 0,
  );
  const metrics = new MetricsFile(folder.metrics, start);
  const pace = new Pace();
  try {
    await record.writeConfig();
    tell({
      type: 'started',
      device: compile.device ?? 'cpu',
      parameters: learner.trainable.values.length,
      resolution,
      step: start,
      steps: options.steps,
    });
    pace.resume();
    for (let step = start + 1; step <= options.steps; step++) {
      if (signal.aborted) {
        // What was learnt since the last checkpoint is not lost, and without a step there is nothing to keep.
        const kept = step === 1 ? {} : { checkpoint: record.writeCheckpoint(step - 1) };
        tell({ type: 'stopped', step: step - 1, ...kept });
        return;
      }
      const batch = await batches.at(step - 1);
      const { loss, gradientNorm } = await learner.learn(batch);
      pace.step();

      const { learningRate } = options;
      const { names: samples, timesteps } = batch;
      metrics.append({ step, loss, gradientNorm, learningRate, samples, timesteps });
      record.count(batch.pictures);
      const { stepsPerSecond } = pace;
      const etaSeconds = pace.eta(options.steps - step);
      tell({ type: 'step', step, steps: options.steps, loss, gradientNorm, learningRate, stepsPerSecond, etaSeconds });

      if (step % options.checkpointEvery === 0 || step === options.steps) {
        tell({ type: 'checkpoint', step, folder: record.writeCheckpoint(step) });
      }
      if (options.previewEvery > 0 && (step % options.previewEvery === 0 || step === options.steps)) {
        await previews.make(step);
        pace.resume();
      }
      // Lets a `stop` on standard input be heard.
      await setImmediate();
    }
    const files = [...record.writeLora(), ...previews.files];
    const loss = await measureChange(model, batches, learner, options.seed, compile, tell);
    tell({ type: 'finished', files, loss, samplesPerFraming: record.samplesPerFraming });
  } finally {
    metrics.close();
    await learner.release();
    await batches.release();
  }
}
