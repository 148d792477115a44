/** @file Two requests about one job at the same time. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { waitFor } from '../product/wait.js';
import { type Scenario, scenario } from '../scenario.js';
import { jobOptions, tensorsOfJob, trainUninterrupted, waitForState, writeImages } from '../workload/job.js';
import { makeShots } from '../workload/shot.js';
import { makeCancelledJob, openRacetrack, outcome, trainersLeft } from './support.js';

const removeAndResume = scenario({
  part: 'races',
  name: 'remove-resume',
  promises: {
    either: 'of job.remove and job.resume at the same time one wins: the job is gone, or it trains',
    ghost: 'a job that is gone does not train, and its folder is gone',
  },
  async run(round) {
    const track = await openRacetrack(round);
    const { one, other, home } = track;
    for (let race = 0; race < 3; race++) {
      const job = round.random.uuid();
      await makeCancelledJob(track, job);
      const remove = (): Promise<string> => outcome(one.request({ type: 'job.remove', job }));
      const resume = (): Promise<string> => outcome(other.request({ type: 'job.resume', job }));
      const isRemoveFirst = round.random.next() < 0.7;
      const answers = await Promise.all(isRemoveFirst ? [remove(), resume()] : [resume(), remove()]);
      const { state } = await one.job('job.status', job);
      const wins = answers.filter((answer) => answer === 'done' || answer === 'job.answer').length;
      const shown = `answers ${answers.join(', ')}; then the job is ${state}`;
      round.check('either', wins === 1 && !answers.includes('internal'), shown);
      if (state === 'unknown') {
        const left = await trainersLeft(home);
        const isFolderLeft = existsSync(join(home, 'runs', job));
        round.check('ghost', left === 0 && !isFolderLeft, `${shown}; ${left} processes, folder left: ${isFolderLeft}`);
        if (left > 0) return;
      } else {
        await one.job('job.stop', job);
        await waitForState(one, job, ['cancelled', 'failed'], 60);
      }
    }
  },
});

const twoRemoves = scenario({
  part: 'races',
  name: 'two-removes',
  promises: {
    once: 'two job.remove at the same time give one event',
    shots: 'two shot.remove at the same time give one event for each shot',
  },
  async run(round) {
    const track = await openRacetrack(round);
    const { one, other } = track;
    const job = round.random.uuid();
    await makeCancelledJob(track, job);
    const shots = await makeShots(round.random, 'figure', 8, 8);
    await Promise.all(shots.map((shot) => one.sendShot(shot)));
    const ids = shots.map(({ id }) => id);
    const both = (message: { type: string; [field: string]: unknown }): Promise<string[]> =>
      Promise.all([one, other, one].map((client) => outcome(client.request(message))));
    const jobAnswers = await both({ type: 'job.remove', job });
    const shotAnswers = await both({ type: 'shot.remove', shots: ids });
    const events = (type: string): number => one.events.filter((event) => event.type === type).length;
    await waitFor(3, () => events('shot.removed') > ids.length || undefined);
    round.check('once', events('job.removed') === 1, `${events('job.removed')} events; ${jobAnswers.join(', ')}`);
    round.check(
      'shots',
      events('shot.removed') === ids.length,
      `${events('shot.removed')} events for ${ids.length} shots; ${shotAnswers.join(', ')}`,
    );
  },
});

const twoStarts = scenario({
  part: 'races',
  name: 'two-starts',
  promises: {
    same: 'the same job.start sent twice at the same time is one job, and both are answered so',
    other: 'another job under a known id is refused with state.job.exists',
  },
  async run(round) {
    const { one, other, images } = await openRacetrack(round);
    const shots = await makeShots(round.random, 'figure', 3);
    await Promise.all(shots.map((shot) => one.sendShot(shot)));
    const [first = '', second = ''] = shots.map(({ id }) => id);
    for (const source of [{ folder: images }, { shots: [first] }]) {
      const job = round.random.uuid();
      const start = { type: 'job.start', job, character: 'figure', options: jobOptions(1, 4), ...source };
      const answers = await Promise.all([one, other, one, other].map((client) => outcome(client.request(start))));
      round.check(
        'same',
        answers.every((answer) => answer === 'job.answer'),
        `${Object.keys(source)}: ${answers}`,
      );
      const changes = [{ character: 'another' }, { options: jobOptions(2, 4) }, { out: join(round.folder, 'out') }];
      for (const change of [
        ...changes,
        ...('shots' in source ? [{ shots: [second] }, { shots: [first, second] }] : []),
      ]) {
        const answer = await outcome(one.request({ ...start, ...change }));
        round.check('other', answer === 'state.job.exists', `other ${Object.keys(change)}: ${answer}`);
      }
      await waitForState(one, job);
    }
  },
});

const oneFolder = scenario({
  part: 'races',
  name: 'one-folder',
  promises: { own: "a job never ends with another job's LoRA, whatever folder it was given" },
  async run(round) {
    const { one, other } = await openRacetrack(round);
    const out = join(round.folder, 'out');
    const figures = ['one', 'other'];
    const options = jobOptions(1, 16);
    const jobs = await Promise.all(
      figures.map(async (figure, index) => {
        const [job, folder] = [round.random.uuid(), await writeImages(join(round.folder, figure), figure)];
        const start = { job, character: 'figure', folder, out, options };
        return { job, figure, answer: await outcome((index === 0 ? one : other).startJob(start)) };
      }),
    );
    for (const { job, figure, answer } of jobs) {
      if (answer.includes('.')) continue;
      const end = await waitForState(one, job);
      // That the later one is refused, or fails, is fine; that it takes what is not its own is not.
      if (end?.state !== 'succeeded') continue;
      const expected = await round.share(`uninterrupted figure ${figure}`, (folder) =>
        trainUninterrupted(folder, 1, { steps: 16, figure }),
      );
      round.check('own', (await tensorsOfJob(end)) === expected, `the job on figure ${figure}`);
    }
  },
});

const stopAndResume = scenario({
  part: 'races',
  name: 'stop-resume',
  promises: { whole: 'stops and resumes at the same time leave a job that can be stopped, resumed and finished' },
  async run(round) {
    const { one, other, images, home } = await openRacetrack(round);
    const job = round.random.uuid();
    await one.startJob({ job, character: 'figure', folder: images, options: jobOptions(1, 60) });
    for (let race = 0; race < 6; race++) {
      const calls = Array.from({ length: 4 }, () => {
        const type = round.random.pick(['job.stop', 'job.resume']);
        return outcome(round.random.pick([one, other]).request({ type, job }));
      });
      const answers = await Promise.all(calls);
      round.check('whole', !answers.includes('internal'), answers.join(', '));
      await waitForState(one, job, ['running', 'cancelled', 'succeeded'], 30);
    }
    const last = await waitFor(
      90,
      async () => {
        const { state } = await one.job('job.status', job);
        if (state === 'cancelled') await one.job('job.resume', job);
        return state === 'succeeded' || state === 'failed' ? state : undefined;
      },
      100,
    );
    round.check('whole', last === 'succeeded', `the job is ${last ?? 'stuck'}`);
    const left = await trainersLeft(home);
    round.check('whole', left === 0, `${left} processes still train`);
  },
});

export const jobRaces: readonly Scenario[] = [removeAndResume, twoRemoves, twoStarts, oneFolder, stopAndResume];
