/** @file The native engine's process: trains one job and ends. */
import { runWorker, tell } from '../../protocol/worker-process.js';
import { train } from '../../training/trainer.js';
import { engineJob } from '../contract.js';
import { chooseDevice } from './devices.js';

await runWorker(engineJob, async (job, signal) => {
  const { threads, lowMemory } = job.options;
  const target = await chooseDevice(job.options.device);
  await train(job, { compile: { ...target, lowMemory, ...(threads === undefined ? {} : { threads }) }, tell, signal });
});
