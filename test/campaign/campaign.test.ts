/** @file The campaign's short form: a few rounds whose promises all hold, but for those that are known to be broken. */
import { describe, expect, it } from 'vitest';
import { runCampaign } from '../../scripts/campaign/campaign.js';
import type { Finding } from '../../scripts/campaign/findings.js';
import { isKnown, known } from '../../scripts/campaign/known.js';
import { fullName, scenarios } from '../../scripts/campaign/scenarios.js';

/** Rounds of `npm test`, half a minute on two quiet cores: scenarios, and the seed of the first. */
const rounds: readonly (readonly [scenarios: string, seed: number])[] = [
  ['kills/daemon', 1],
  ['hostile/malformed,hostile/access', 1],
  ['races/same-shot,races/two-daemons', 1],
  ['disk/left-over', 1],
];

/** Left to the long form, which has the machine to itself: how fast answers come says little while other tests run. */
const isTimed = ({ promise }: Finding): boolean => promise === 'latency';

describe.runIf(process.platform === 'linux')('the campaign, in short', () => {
  it.each(rounds)('%s, seed %d', { timeout: 600_000 }, async (names, seed) => {
    const chosen = scenarios.filter((scenario) => names.split(',').includes(fullName(scenario)));
    const options = { scenarios: chosen, seed, minutes: 10, rounds: chosen.length, report: () => {} };
    const { findings } = await runCampaign(options);
    expect(findings.verdicts.length).toBeGreaterThan(1);
    expect(findings.list.filter((finding) => !isKnown(finding) && !isTimed(finding))).toEqual([]);
  });
});

describe('the list of known faults', () => {
  it('names scenarios and promises that there are', () => {
    const promisesOf = (name: string): readonly string[] =>
      Object.keys(scenarios.find((scenario) => fullName(scenario) === name)?.promises ?? {});
    const unknown = known.filter(({ scenario, promises }) =>
      promises.some((promise) => promise !== 'end' && !promisesOf(scenario).includes(promise)),
    );
    expect(unknown).toEqual([]);
  });
});
