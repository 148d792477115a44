/** @file What a campaign prints and writes at its end. */
import type { CampaignResult } from './campaign.js';
import { repetition } from './findings.js';
import { isKnown, known } from './known.js';

const count = (value: number, what: string): string => `${value} ${what}${value === 1 ? '' : 's'}`;

/** How often a fault must have been looked for in vain before it counts as gone: some need luck to show. */
const triesEnough = 5;

/** Known faults that were looked for and did not show. */
export function healed({ findings }: Pick<CampaignResult, 'findings'>): readonly (typeof known)[number][] {
  return known.filter(({ scenario, promise }) =>
    findings.verdicts.some(
      (verdict) =>
        verdict.scenario === scenario &&
        verdict.promise === promise &&
        verdict.held >= triesEnough &&
        verdict.broken === 0,
    ),
  );
}

export function formatSummary(result: CampaignResult): string {
  const { tally, findings, seconds } = result;
  const lines = ['', `${Math.round(seconds)} s`];
  for (const [name, value] of Object.entries(tally.figures())) lines.push(`${name.padEnd(30)} ${value}`);
  lines.push('', `${'scenario'.padEnd(24)} ${'held'.padStart(5)} ${'broken'.padStart(6)}  promise`);
  for (const { scenario, sentence, held, broken } of findings.verdicts)
    lines.push(`${scenario.padEnd(24)} ${String(held).padStart(5)} ${String(broken).padStart(6)}  ${sentence}`);
  for (const [scenario, why] of findings.skipped) lines.push(`${scenario}: not judged: ${why}`);
  const broken = findings.verdicts.filter((verdict) => verdict.broken > 0);
  for (const verdict of broken) {
    const first = findings.list.find(
      ({ scenario, promise }) => scenario === verdict.scenario && promise === verdict.promise,
    );
    if (first === undefined) continue;
    lines.push('', `${isKnown(verdict) ? 'Known' : 'New'}: ${first.scenario}: not so: ${first.sentence}`);
    lines.push(`  ${first.detail.slice(0, 600).replaceAll('\n', '\n  ')}`, `  Repeat: ${repetition(first)}`);
  }
  for (const { scenario, promise, fault } of healed(result))
    lines.push('', `No longer seen: ${scenario}, ${promise}: ${fault} Delete it from scripts/campaign/known.ts.`);
  lines.push('', `${count(findings.verdicts.length, 'promise')} tried, ${broken.length} broken`);
  return lines.join('\n');
}

/** The same for programs. */
export function summaryFile({ tally, findings, seconds }: CampaignResult, seed: number): string {
  const content = {
    seed,
    seconds,
    figures: tally.figures(),
    promises: findings.verdicts,
    notJudged: Object.fromEntries(findings.skipped),
    findings: findings.list.map((finding) => ({ ...finding, isKnown: isKnown(finding), repeat: repetition(finding) })),
  };
  return `${JSON.stringify(content, undefined, 2)}\n`;
}
