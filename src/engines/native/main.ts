/** @file The native engine's process: trains one job and ends. */
import { openModel } from '../../diffusion/model/open-model.js';
import { trainingJob } from '../../training/job.js';
import { train } from '../../training/trainer.js';
import { runWorker, sendEvent } from '../../worker/child.js';
import { NativeBackend } from './backend.js';
import { chooseTarget } from './target.js';

await runWorker(trainingJob, async (job, signal) => {
  const { base, device, precision, threads, lowMemory } = job.options;
  const target = await chooseTarget(device, precision);
  const compile = { ...target, lowMemory, ...(threads !== undefined && { threads }) };
  const backend = new NativeBackend(await openModel(base, job.options), job.options, compile);
  await train(job, backend, { emit: sendEvent, signal });
});
