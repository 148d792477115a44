/**
 * @file The training loop, with the noise schedule, loss and hyper-parameters of diffusers' `train_dreambooth_lora.py`. The first
 * step comes as soon as the graph is loaded and what it trains on is encoded. Of a large model only one network at a time is in
 * memory: the encoders work some way ahead, then the UNet trains.
 */
import { setImmediate } from 'node:timers/promises';
import { loraTargets } from '../diffusion/lora/lora-targets.js';
import { openModel } from '../diffusion/model/open-model.js';
import { SharedMemory } from '../diffusion/model/shared-memory.js';
import { BatchSource } from './batch-source.js';
import { readCheckpoint } from './checkpoint.js';
import { measureChange } from './evaluation.js';
import type { TrainingHost } from './host.js';
import type { TrainingJob } from './job.js';
import { Learner } from './learner.js';
import { MetricsFile } from './metrics.js';
import { Pace } from './pace.js';
import { PreviewMaker } from './previews.js';
import { RunFolder } from './run-folder.js';
import { RunRecord } from './run-record.js';

/**
 * Trains and writes the run's files. Sends `started`, `step` …, `finished` or `stopped`.
 * @throws LoraBridgeError for anything that is wrong with model, dataset, checkpoint, device or disk, and `trainer.diverged`.
 */
export async function train(job: TrainingJob, host: TrainingHost): Promise<void> {
  const { compile, tell, signal } = host;
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

  const memory = SharedMemory.of(model);
  const batches = await BatchSource.open(model, job.manifest, options, resolution, folder, memory, host);
  const [, height, width] = batches.latentShape;
  const learner = Learner.create(model, options, { height, width }, checkpoint, memory, compile);
  const previews = new PreviewMaker(model, options, resolution, folder, learner, memory, host);
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
      if (await batches.prepare(step - 1)) pace.resume();
      if (signal.aborted) {
        await learner.sync();
        // What was learnt since the last checkpoint is not lost, and without a step there is nothing to keep.
        const kept = step === 1 ? {} : { checkpoint: record.writeCheckpoint(step - 1) };
        tell({ type: 'stopped', step: step - 1, ...kept });
        return;
      }
      const batch = batches.at(step - 1);
      const { loss, gradientNorm, ...scaling } = await learner.learn(batch);
      pace.step();

      const { learningRate } = options;
      const { names: samples, timesteps } = batch;
      metrics.append({ step, loss, gradientNorm, ...scaling, learningRate, samples, timesteps });
      record.count(batch.pictures);
      const { stepsPerSecond } = pace;
      const etaSeconds = pace.eta(options.steps - step);
      tell({ type: 'step', step, steps: options.steps, loss, gradientNorm, learningRate, stepsPerSecond, etaSeconds });

      const isLast = step === options.steps;
      const [isKept, isShown] = [step % options.checkpointEvery === 0, step % options.previewEvery === 0];
      if (isKept || isShown || isLast) await learner.sync();
      if (isKept || isLast) {
        tell({ type: 'checkpoint', step, folder: record.writeCheckpoint(step) });
      }
      if (options.previewEvery > 0 && (isShown || isLast)) {
        await previews.make(step);
        pace.resume();
      }
      // Lets a `stop` on standard input be heard.
      await setImmediate();
    }
    const files = [...record.writeLora(), ...previews.files];
    const loss = await measureChange(model, batches, learner, options.seed, memory, host);
    if (loss === undefined) {
      tell({ type: 'stopped', step: options.steps, checkpoint: folder.checkpoint(options.steps) });
      return;
    }
    tell({ type: 'finished', files, loss, samplesPerFraming: record.samplesPerFraming });
  } finally {
    metrics.close();
    batches.close();
    await learner.release();
    await memory.release();
  }
}
