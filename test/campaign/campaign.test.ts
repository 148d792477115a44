/** @file The campaign's short form: a few rounds whose promises all hold, but for those that are known to be broken. */
import { describe, expect, it } from 'vitest';
import { runCampaign } from '../../scripts/campaign/campaign.js';
import { isKnown, known } from '../../scripts/campaign/known.js';
import { fullName, scenarios } from '../../scripts/campaign/scenarios.js';

/** Rounds of `npm test`, by scenario: their seed. */
const rounds: Readonly<Record<string, number>> = { 'kills/daemon': 1, 'kills/trainer': 4 };

describe.runIf(process.platform === 'linux')('the campaign, in short', () => {
  it.each(Object.entries(rounds))('%s, seed %d', { timeout: 120_000 }, async (name, seed) => {
    const chosen = scenarios.filter((scenario) => fullName(scenario) === name);
    const options = { scenarios: chosen, seed, minutes: 2, rounds: 1, report: () => {} };
    const { findings } = await runCampaign(options);
    expect(findings.verdicts.length).toBeGreaterThan(1);
    expect(findings.list.filter((finding) => !isKnown(finding))).toEqual([]);
  });
});

describe('the list of known faults', () => {
  it('names scenarios and promises that there are', () => {
    for (const { scenario, promise } of known) {
      const found = scenarios.find((candidate) => fullName(candidate) === scenario);
      expect([...Object.keys(found?.promises ?? {}), 'end']).toContain(promise);
    }
  });
});
