/**
 * @file The training loop of all engines, with the loss and hyper-parameters of diffusers' `train_dreambooth_lora.py`. Images and captions
 * are encoded when a step needs them, so that the first step comes soon.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Backend } from './backend.js';
import { BatchSource } from './batch-source.js';
import { readCheckpoint, readCheckpointState } from './checkpoint.js';
import { CheckpointClock } from './checkpoint-clock.js';
import { assertFinite } from './divergence.js';
import { evaluate } from './evaluation.js';
import type { TrainingHost } from './host.js';
import type { TrainingJob } from './job.js';
import { MetricsFile } from './metrics.js';
import { PreviewMaker } from './previews.js';
import { RunFolder } from './run-folder.js';
import { RunRecord } from './run-record.js';
import { Throughput } from './throughput.js';
import { trainingState } from './training-state.js';

/**
 * Trains and writes the run's files. Sends `started`, `step` …, `finished` or `stopped`. The backend is closed at the end.
 * @throws LoraBridgeError for anything that is wrong with model, dataset, checkpoint, device or disk, and `trainer.diverged`.
 */
export async function train(job: TrainingJob, backend: Backend, host: TrainingHost): Promise<void> {
  const { emit, signal } = host;
  const { options } = job;
  const resolution = options.resolution ?? backend.model.resolution;
  // Errors of the job are found before anything is loaded.
  const resumed = job.resume === undefined ? undefined : readCheckpointState(job.resume, options);
  const start = resumed?.step ?? 0;
  const folder = new RunFolder(job.out);
  folder.create();
  const batches = await BatchSource.open(backend, job.manifest, options, resolution, folder, host);
  let metrics: MetricsFile | undefined;
  try {
    const opened = await backend.open().catch((error) => {
      if (!signal.aborted) throw error;
    });
    if (opened === undefined) return emit({ type: 'stopped', step: start });
    const { part, device } = opened;
    const checkpoint = job.resume === undefined ? undefined : readCheckpoint(job.resume, part, options);
    const state = trainingState(part, options, checkpoint);
    await backend.loadState(state);
    const record = new RunRecord(job, backend.model, resolution, folder, state, batches.pool, resumed?.seconds ?? 0);
    await record.writeConfig();
    metrics = new MetricsFile(folder.metrics, start);
    const previews = new PreviewMaker(backend, options, folder, host);
    const throughput = new Throughput();
    emit({
      type: 'started',
      device,
      parameters: state.trainable.values.length,
      resolution,
      step: start,
      steps: options.steps,
    });
    const checkpoints = new CheckpointClock(options.checkpointMinutes);
    throughput.resume();
    for (let step = start + 1; step <= options.steps; step++) {
      if (await batches.prepare(step - 1)) throughput.resume();
      if (signal.aborted) {
        await backend.readState();
        // Before the first step there is nothing to save.
        const saved = step === 1 ? {} : { checkpoint: record.writeCheckpoint(step - 1) };
        return emit({ type: 'stopped', step: step - 1, ...saved });
      }
      const { learningRate } = options;
      const { names: samples, pictures, ...batch } = batches.at(step - 1);
      const result = await backend.learn(batch, learningRate);
      assertFinite(step, result);
      throughput.step();

      const { loss, gradientNorm } = result;
      metrics.append({ step, ...result, learningRate, samples, timesteps: batch.timesteps });
      record.count(pictures);
      const { stepsPerSecond } = throughput;
      const etaSeconds = throughput.eta(options.steps - step);
      emit({ type: 'step', step, steps: options.steps, loss, gradientNorm, learningRate, stepsPerSecond, etaSeconds });

      const isLast = step === options.steps;
      const isRegular = isLast || step % options.checkpointEvery === 0;
      if (isRegular || checkpoints.isDue) {
        await backend.readState();
        emit({ type: 'checkpoint', step, folder: record.writeCheckpoint(step) });
        checkpoints.written(folder.checkpoint(step), isRegular);
      }
      if (options.previewEvery > 0 && (isLast || step % options.previewEvery === 0)) {
        await previews.make(step);
        throughput.resume();
      }
      // Lets a `stop` on standard input arrive.
      await nextTurn();
    }
    const files = [...record.writeLora(), ...previews.files];
    const loss = await evaluate(backend, batches, options.seed, host);
    if (loss === undefined)
      return emit({ type: 'stopped', step: options.steps, checkpoint: folder.checkpoint(options.steps) });
    emit({ type: 'finished', files, loss, samplesPerFraming: record.samplesPerFraming });
  } finally {
    metrics?.close();
    batches.close();
    await backend.close();
  }
}
