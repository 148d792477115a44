/** @file Checkpoints that are damaged, or whose times say nothing. */
import { readFile, utimes, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { waitFor } from '../product/wait.js';
import { openRacetrack } from '../races/support.js';
import { type Round, type Scenario, scenario } from '../scenario.js';
import { jobOptions, tensorsOfJob, trainUninterrupted, waitForState } from '../workload/job.js';
import { filesNamed } from './home.js';

const steps = 120;

/** A training that was stopped after its first checkpoints. */
async function stopHalfway(round: Round<never>) {
  const track = await openRacetrack(round);
  const { one, images } = track;
  const job = round.random.uuid();
  await one.startJob({ job, character: 'figure', folder: images, options: jobOptions(1, steps) });
  await waitFor(60, async () => ((await one.job('job.status', job)).step ?? 0) > 8 || undefined, 20);
  await one.job('job.stop', job);
  const end = await waitForState(one, job, undefined, 60);
  if (end?.state !== 'cancelled' || end.out === undefined)
    throw new Error(`The training ended ${JSON.stringify(end)}.`);
  const expected = await round.share(`uninterrupted ${steps} steps`, (folder) =>
    trainUninterrupted(folder, 1, { steps }),
  );
  return { ...track, job, out: end.out, expected, step: end.step ?? 0 };
}

const flippedBit = scenario({
  part: 'disk',
  name: 'checkpoint-bit',
  promises: {
    noticed: 'a flipped bit in a checkpoint ends in an error that names it, or in the LoRA of an undamaged one',
  },
  async run(round) {
    const { one, job, out, expected } = await stopHalfway(round);
    const states = (await filesNamed(out, 'state.json')).sort();
    const newest = dirname(states.at(-1) ?? '');
    const file = round.random.pick((await filesNamed(newest, '.safetensors')).sort());
    const bytes = await readFile(file);
    const dataStart = 8 + Number(bytes.readBigUInt64LE(0));
    const at = round.random.integer(dataStart, bytes.length - 1);
    const bit = round.random.integer(0, 7);
    bytes[at] = (bytes[at] ?? 0) ^ (1 << bit);
    await writeFile(file, bytes);
    await one.job('job.resume', job);
    const end = await waitForState(one, job);
    const isEqual = end?.state === 'succeeded' && (await tensorsOfJob(end)) === expected;
    const isNamed = end?.state === 'failed' && (end.error?.code ?? '').startsWith('input.checkpoint.');
    const where = `bit ${bit} of byte ${at} of ${basename(newest)}/${basename(file)}`;
    round.check('noticed', isEqual || isNamed, `${where}: ${end?.state}, ${end?.error?.code ?? 'with another LoRA'}`);
  },
});

const oldTimes = scenario({
  part: 'disk',
  name: 'checkpoint-times',
  promises: {
    begins: 'a resume begins at the last checkpoint, whatever the times of files say',
    equal: 'its LoRA equals an uninterrupted one',
  },
  async run(round) {
    const { one, job, out, expected, step } = await stopHalfway(round);
    const metrics = join(out, 'metrics.jsonl');
    const lines = async (): Promise<number> => (await readFile(metrics, 'utf8')).split('\n').length - 1;
    const before = await lines();
    const past = new Date('2001-01-01T00:00:00Z');
    for (const file of await filesNamed(out, '')) {
      await utimes(file, past, past);
      await utimes(dirname(file), past, past);
    }
    await one.job('job.resume', job);
    let fewest = before;
    let state = 'queued';
    await waitFor(
      120,
      async () => {
        fewest = Math.min(fewest, await lines());
        ({ state } = await one.job('job.status', job));
        return ['succeeded', 'failed'].includes(state) || undefined;
      },
      5,
    );
    // Steps behind the last checkpoint are done again.
    round.check(
      'begins',
      fewest > 0 && fewest >= before - 4,
      `metrics.jsonl had ${before} lines at step ${step}, then ${fewest}`,
    );
    const end = await one.job('job.status', job);
    const isEqual = state === 'succeeded' && (await tensorsOfJob(end)) === expected;
    round.check('equal', isEqual, `${state} ${end.error?.code ?? ''}`);
  },
});

export const checkpoints: readonly Scenario[] = [flippedBit, oldTimes];
