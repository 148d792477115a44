/** @file The campaign: rounds of scenarios by turns, each with a seed of its own, until the time is over. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Findings } from './findings.js';
import { killAll } from './product/daemon.js';
import { within } from './product/wait.js';
import { Random } from './random.js';
import type { Round, Scenario } from './scenario.js';
import { fullName, turnsOf } from './scenarios.js';
import { Tally } from './tally.js';

export interface CampaignOptions {
  readonly scenarios: readonly Scenario[];
  /** Seed of the first round; each further round's is one more. */
  readonly seed: number;
  /** The campaign ends after the round in which either is reached. */
  readonly minutes: number;
  readonly rounds: number;
  /** Called with a line for each round. */
  readonly report: (line: string) => void;
}

export interface CampaignResult {
  readonly tally: Tally;
  readonly findings: Findings;
  readonly seconds: number;
}

/** A round that takes so much longer than it may is a finding. */
const spareSeconds = 400;

/** How long a round of free length takes: all the time when there is no other scenario. */
function freeSeconds(secondsLeft: number, scenarioCount: number): number {
  if (!Number.isFinite(secondsLeft)) return 30;
  return Math.max(15, scenarioCount === 1 ? secondsLeft : Math.min(60, secondsLeft));
}

export async function runCampaign(options: CampaignOptions): Promise<CampaignResult> {
  const { scenarios, seed, minutes, rounds, report } = options;
  const [tally, findings, turns] = [new Tally(), new Findings(), turnsOf(scenarios)];
  const shared = await mkdtemp(join(tmpdir(), 'lora-bridge-campaign-'));
  const values = new Map<string, Promise<unknown>>();
  const share = <Value>(key: string, make: (folder: string) => Promise<Value>): Promise<Value> => {
    const value = (values.get(key) as Promise<Value> | undefined) ?? make(join(shared, String(values.size)));
    values.set(key, value);
    return value;
  };
  const start = performance.now();
  const secondsLeft = (): number => minutes * 60 - (performance.now() - start) / 1000;
  try {
    for (let index = 0; index < rounds && secondsLeft() > 0; index++) {
      const scenario = turns[index % turns.length];
      if (scenario === undefined) break;
      const seconds = freeSeconds(secondsLeft(), scenarios.length);
      const why = scenario.unavailable?.();
      if (why === undefined) await playRound({ scenario, seed: seed + index, tally, findings, share, report, seconds });
      else findings.skip(fullName(scenario), why);
    }
  } finally {
    await rm(shared, { recursive: true, force: true });
  }
  return { tally, findings, seconds: (performance.now() - start) / 1000 };
}

interface RoundContext extends Pick<CampaignOptions, 'report'> {
  readonly scenario: Scenario;
  readonly seed: number;
  readonly tally: Tally;
  readonly findings: Findings;
  readonly share: Round<string>['share'];
  readonly seconds: number;
}

async function playRound(context: RoundContext): Promise<void> {
  const { scenario, seed, tally, findings, share, report, seconds } = context;
  const name = fullName(scenario);
  const folder = await mkdtemp(join(tmpdir(), 'lora-bridge-campaign-'));
  const actions: (() => void | Promise<void>)[] = [];
  const [before, start] = [{ broken: findings.list.length }, performance.now()];
  const check = (promise: string, isHeld: boolean, detail: string): void => {
    const sentence = scenario.promises[promise] ?? 'the round comes to its end';
    findings.add(isHeld, { scenario: name, promise, sentence, detail, seed });
  };
  const round: Round<string> = {
    random: new Random(`${name} ${seed}`),
    folder,
    tally,
    seconds,
    check,
    skip: (why) => findings.skip(name, why),
    share,
    onEnd: (action) => actions.unshift(action),
  };
  try {
    await within(spareSeconds + seconds, 'The round', scenario.run(round));
    check('end', true, '');
  } catch (error) {
    check('end', false, error instanceof Error ? (error.stack ?? error.message) : String(error));
  } finally {
    for (const action of actions) await action();
    killAll(join(folder, 'home'));
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
  tally.rounds++;
  const broken = findings.list
    .slice(before.broken)
    .map(({ sentence, detail }) => `\n    broken: ${sentence}: ${detail}`);
  const taken = ((performance.now() - start) / 1000).toFixed(1);
  report(`round ${tally.rounds}, seed ${seed}: ${name}, ${taken} s${broken.length === 0 ? '' : broken.join('')}`);
}
