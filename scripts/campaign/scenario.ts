/** @file What a scenario is: a set of promises, and a round that tries to break them. */
import type { Random } from './random.js';
import type { Tally } from './tally.js';

export const parts = ['kills', 'hostile', 'soak', 'disk', 'races'] as const;
export type Part = (typeof parts)[number];

/** One try of a scenario. */
export interface Round<Id extends string> {
  readonly random: Random;
  /** A folder of its own, deleted afterwards. */
  readonly folder: string;
  readonly tally: Tally;
  /** How long a round whose length is free may take. */
  readonly seconds: number;
  /** Notes whether a promise was held; `detail` says what was seen when it was not. */
  check(promise: Id, isHeld: boolean, detail: string): void;
  /** Says that a promise could not be judged here, and why. */
  skip(why: string): void;
  /** Makes something once for the whole campaign, in a folder that stays until its end. */
  share<Value>(key: string, make: (folder: string) => Promise<Value>): Promise<Value>;
  /** Called when the round has ended, the last one first. */
  onEnd(action: () => void | Promise<void>): void;
}

export interface Scenario<Id extends string = string> {
  readonly part: Part;
  readonly name: string;
  /** By id, what must hold, as a sentence. */
  readonly promises: Readonly<Record<Id, string>>;
  /** Why it cannot be tried on this machine; undefined when it can. */
  readonly unavailable?: () => string | undefined;
  run(round: Round<Id>): Promise<void>;
}

/** Lets the compiler infer the ids of the promises, so that a round can check no other. */
export function scenario<Id extends string>(definition: Scenario<Id>): Scenario {
  return definition;
}
