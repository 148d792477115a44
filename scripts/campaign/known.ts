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

export const known: readonly Known[] = [];

export const isKnown = ({ scenario, promise }: Pick<Finding, 'scenario' | 'promise'>): boolean =>
  known.some((entry) => entry.scenario === scenario && entry.promises.includes(promise));
