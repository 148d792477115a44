/** @file Promises that the product does not hold yet. `npm test` lets these pass; the campaign counts them as broken. */
import type { Finding } from './findings.js';

export interface Known {
  /** `part/name` of the scenario. */
  readonly scenario: string;
  /** Id of the promise; `end` when the round itself does not come to its end. */
  readonly promise: string;
  /** What is wrong. An entry whose promise was held all the time is to be deleted: the campaign says so. */
  readonly fault: string;
}

export const known: readonly Known[] = [
  {
    scenario: 'kills/inspector',
    promise: 'rejected',
    fault: 'A hidden death of the inspector rejects a good shot for good.',
  },
];

export const isKnown = ({ scenario, promise }: Pick<Finding, 'scenario' | 'promise'>): boolean =>
  known.some((entry) => entry.scenario === scenario && entry.promise === promise);
