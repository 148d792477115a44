/** @file Promises that the product does not hold yet. `npm test` lets these pass; the campaign counts them as broken. */
import type { Finding } from './findings.js';

export interface Known {
  /** `part/name` of the scenario. */
  readonly scenario: string;
  /** Ids of its promises that are broken; `end` when the round itself does not come to its end. */
  readonly promises: readonly string[];
  /** What is wrong. When a promise was held all the time, its id is to be deleted here: the campaign says so. */
  readonly fault: string;
}

export const known: readonly Known[] = [
  {
    scenario: 'kills/inspector',
    promises: ['rejected'],
    fault: 'A hidden death of the inspector rejects a good shot for good.',
  },
  {
    scenario: 'hostile/unread-lists-100',
    promises: ['latency', 'memory'],
    fault:
      'A client that pipelines shot.list and does not read holds up everybody: answers are made before they are read.',
  },
  {
    scenario: 'hostile/unread-lists-400',
    promises: ['latency', 'memory'],
    fault:
      'A client that pipelines shot.list and does not read holds up everybody: answers are made before they are read.',
  },
  { scenario: 'hostile/read-lists', promises: ['latency'], fault: 'Long lists hold up everybody: they are not paged.' },
  {
    scenario: 'hostile/half-frames',
    promises: ['memory'],
    fault: 'Half frames of clients that have not identified are kept without a cap over all connections.',
  },
  { scenario: 'hostile/access', promises: ['scheme'], fault: '`bearer` is refused.' },
  {
    scenario: 'hostile/files',
    promises: ['foreign'],
    fault: 'The token reads any file: job.start with `out`, then GET /files/runs.',
  },
  {
    scenario: 'hostile/fatal',
    promises: ['behind', 'acknowledged'],
    fault: 'Messages behind a fatal one are carried out; acknowledgements in flight are not sent before 4003.',
  },
  {
    scenario: 'races/remove-resume',
    promises: ['either', 'ghost'],
    fault: 'job.remove with job.resume leaves a ghost that trains and cannot be stopped.',
  },
  { scenario: 'races/two-removes', promises: ['once'], fault: 'Two job.remove give two events.' },
  {
    scenario: 'races/two-starts',
    promises: ['same', 'other'],
    fault: 'Two job.start of one id end in `internal`; other `shots` under a known id pass as the same job.',
  },
  {
    scenario: 'races/one-folder',
    promises: ['own'],
    fault: "A job takes over the checkpoints of another job's folder.",
  },
  {
    scenario: 'races/two-trainings',
    promises: ['both'],
    fault: 'The second of two `train` commands is interrupted when the first ends.',
  },
];

export const isKnown = ({ scenario, promise }: Pick<Finding, 'scenario' | 'promise'>): boolean =>
  known.some((entry) => entry.scenario === scenario && entry.promises.includes(promise));
