/** @file The native engine's process: trains one job and ends. */

import { train } from '../../training/trainer.js';
import { runWorker, sendEvent } from '../../worker/child.js';
import { engineJob } from '../contract.js';
import { chooseTarget } from './target.js';

await runWorker(engineJob, async (job, signal) => {
  const { device, precision, threads, lowMemory } = job.options;
  const target = await chooseTarget(device, precision);
  await train(job, {
    compile: { ...target, lowMemory, ...(threads === undefined ? {} : { threads }) },
    tell: sendEvent,
    signal,
  });
});
