/** @file One shot from several sides at the same time. */

import { findLost } from '../kills/audit.js';
import { type Scenario, scenario } from '../scenario.js';
import { jobOptions, waitForState } from '../workload/job.js';
import { makeShots, sha256Of } from '../workload/shot.js';
import { openRacetrack, outcome } from './support.js';

const sameShot = scenario({
  part: 'races',
  name: 'same-shot',
  promises: {
    once: 'a shot sent twice at the same time is stored once and acknowledged twice',
    conflict: 'of two different images under one id one is stored, and the other is refused',
  },
  async run(round) {
    const { one, other, home } = await openRacetrack(round);
    for (const shot of await makeShots(round.random, 'figure', 12)) {
      const answers = await Promise.all([one.sendShot(shot), other.sendShot(shot)]);
      round.check('once', answers.sort().join() === 'duplicate,stored', answers.join());
      const lost = await findLost(one, home, [shot]);
      round.check('once', lost.length === 0, lost.join());
    }
    const [left, right] = await makeShots(round.random, 'figure', 2);
    if (left === undefined || right === undefined) throw new Error('Two shots were made.');
    const sent = [left, { ...right, id: left.id }];
    const answers = await Promise.all(
      sent.map((shot, index) =>
        (index === 0 ? one : other).sendShot(shot).then(
          () => shot.sha256,
          (error) => String(error.code),
        ),
      ),
    );
    round.check('conflict', answers.includes('input.shot.conflict'), answers.join());
    const lost = await findLost(
      one,
      home,
      sent.filter(({ sha256 }) => answers.includes(sha256)),
    );
    round.check('conflict', lost.length === 0, lost.join());
  },
});

const removeAndTrain = scenario({
  part: 'races',
  name: 'remove-train',
  promises: {
    whole: 'a job whose shots are removed at the same time ends with a result or a documented error',
    resent: 'a shot that is removed and sent again at the same time is gone, or there with its bytes',
  },
  async run(round) {
    const { one, other, home } = await openRacetrack(round);
    for (let race = 0; race < 3; race++) {
      const shots = await makeShots(round.random, `figure-${race}`, 3);
      await Promise.all(shots.map((shot) => one.sendShot(shot)));
      const [job, ids] = [round.random.uuid(), shots.map(({ id }) => id)];
      const start = { type: 'job.start', job, character: `figure-${race}`, options: jobOptions(1, 4) };
      const answers = await Promise.all([
        outcome(one.request(start)),
        outcome(other.request({ type: 'shot.remove', shots: ids })),
      ]);
      round.check('whole', !answers.includes('internal'), answers.join());
      if (answers[0] === 'job.answer') {
        const end = await waitForState(one, job, undefined, 60);
        const isFine = end !== undefined && !(end.error?.code ?? '').startsWith('internal');
        round.check('whole', isFine, JSON.stringify(end?.error ?? 'it does not end within 60 s'));
      }
      const [shot] = await makeShots(round.random, 'resent', 1);
      if (shot === undefined) continue;
      await one.sendShot(shot);
      await Promise.all([outcome(one.request({ type: 'shot.remove', shots: [shot.id] })), other.sendShot(shot)]);
      const isListed = (await one.shots('resent')).some(
        ({ id, sha256 }) => id === shot.id && sha256 === sha256Of(shot.bytes),
      );
      const lost = isListed ? await findLost(one, home, [shot]) : [];
      round.check('resent', lost.length === 0, lost.join());
    }
  },
});

export const shotRaces: readonly Scenario[] = [sameShot, removeAndTrain];
