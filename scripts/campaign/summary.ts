/** @file What a campaign prints and writes at its end. */
import type { CampaignResult } from './campaign.js';
import { repetition } from './findings.js';
import { isKnown, known } from './known.js';

const count = (value: number, what: string): string => `${value} ${what}${value === 1 ? '' : 's'}`;

/** How often a fault must have been looked for in vain before it counts as gone: some need luck to show. */
const triesEnough = 5;

/** Known faults that were looked for and did not show: scenario and promise. */
export function healed({ findings }: Pick<CampaignResult, 'findings'>): readonly string[] {
  return known.flatMap(({ scenario, promises }) =>
    findings.verdicts
      .filter((verdict) => verdict.scenario === scenario && promises.includes(verdict.promise))
      .filter(({ held, broken }) => held >= triesEnough && broken === 0)
      .map(({ promise }) => `${scenario}, ${promise}`),
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
  for (const name of healed(result))
    lines.push('', `Known, but no longer seen: ${name}. Delete it from scripts/campaign/known.ts.`);
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
