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
    scenario: 'disk/database-page',
    promises: ['noticed', 'status'],
    fault: 'A damaged database page is not noticed at the start; GET /status is cut short.',
  },
  {
    scenario: 'disk/database-empty',
    promises: ['noticed'],
    fault: 'An empty database next to a full picture folder starts as a new one.',
  },
  {
    scenario: 'disk/picture',
    promises: ['served', 'healed'],
    fault: 'A lost or damaged picture file is served as it is, and its shot sent again is a duplicate.',
  },
  {
    scenario: 'disk/folder-restored',
    promises: ['nothing'],
    fault: 'When the data folder is replaced under a running daemon, it acknowledges into nothing.',
  },
  {
    scenario: 'disk/permissions',
    promises: ['owner'],
    fault: 'A data folder and a database that exist keep permissions for everybody.',
  },
  {
    scenario: 'disk/copy-to',
    promises: ['early'],
    fault: 'The destination of --copy-to is tried only after the training.',
  },
  {
    scenario: 'disk/watch-links',
    promises: ['survives', 'others', 'linked'],
    fault: '`watch` crashes with a stack trace at a link that loops.',
  },
];

export const isKnown = ({ scenario, promise }: Pick<Finding, 'scenario' | 'promise'>): boolean =>
  known.some((entry) => entry.scenario === scenario && entry.promises.includes(promise));
