/** @file Which promises were tried, how often, and which were broken. */

export interface Finding {
  /** `part/name` of the scenario. */
  readonly scenario: string;
  readonly promise: string;
  /** The promise as a sentence. */
  readonly sentence: string;
  /** What was seen. */
  readonly detail: string;
  readonly seed: number;
}

export interface Verdict {
  readonly scenario: string;
  readonly promise: string;
  readonly sentence: string;
  held: number;
  broken: number;
}

export class Findings {
  readonly list: Finding[] = [];
  readonly #verdicts = new Map<string, Verdict>();
  readonly #skipped = new Map<string, string>();

  add(isHeld: boolean, finding: Finding): void {
    const { scenario, promise, sentence } = finding;
    const key = `${scenario} ${promise}`;
    const verdict = this.#verdicts.get(key) ?? { scenario, promise, sentence, held: 0, broken: 0 };
    this.#verdicts.set(key, verdict);
    if (isHeld) verdict.held++;
    else {
      verdict.broken++;
      this.list.push(finding);
    }
  }

  skip(scenario: string, why: string): void {
    this.#skipped.set(scenario, why);
  }

  get verdicts(): readonly Verdict[] {
    return [...this.#verdicts.values()];
  }

  /** By scenario, why something could not be judged. */
  get skipped(): ReadonlyMap<string, string> {
    return this.#skipped;
  }
}

/** The command that repeats a finding. */
export const repetition = ({ scenario, seed }: Pick<Finding, 'scenario' | 'seed'>): string =>
  `npm run campaign -- --only ${scenario} --seed ${seed} --rounds 1`;
