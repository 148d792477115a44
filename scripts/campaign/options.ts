/** @file The command line of the campaign. */
import { Command, InvalidArgumentError } from 'commander';
import { parts, type Scenario } from './scenario.js';
import { fullName, scenarios } from './scenarios.js';

export interface Options {
  readonly minutes: number;
  readonly rounds: number;
  readonly seed: number;
  readonly chosen: readonly Scenario[];
  readonly json: string | undefined;
}

const positive = (text: string): number => {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError('It must be a number greater than 0.');
  return value;
};

const seedOf = (text: string): number => {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It must be a whole number of at most 9 digits.');
  return Number(text);
};

/** A part, `part/name`, or several with commas. */
const choose = (text: string): Scenario[] => {
  const wanted = text.split(',');
  for (const name of wanted)
    if (!scenarios.some((scenario) => scenario.part === name || fullName(scenario) === name))
      throw new InvalidArgumentError(`Parts: ${parts.join(', ')}. Scenarios: ${scenarios.map(fullName).join(', ')}.`);
  return scenarios.filter((scenario) => wanted.includes(scenario.part) || wanted.includes(fullName(scenario)));
};

export function parseOptions(args: readonly string[]): Options {
  const program = new Command('npm run campaign --')
    .description('Kills, attacks, starves and races the built program, and checks that its promises hold.')
    .option(
      '--minutes <number>',
      'Start no further round after so long. Default: 5, or no limit with --rounds.',
      positive,
    )
    .option('--rounds <number>', 'End after so many rounds.', positive)
    .option('--seed <number>', 'Seed of the first round.', seedOf, 1)
    .option('--only <list>', 'Parts or scenarios, such as `kills` or `hostile/access`.', choose, [...scenarios])
    .option('--json <file>', 'Also write figures and findings to this file.')
    .parse([...args], { from: 'user' });
  const { minutes, rounds, seed, only, json } = program.opts<{
    minutes?: number;
    rounds?: number;
    seed: number;
    only: Scenario[];
    json?: string;
  }>();
  return {
    minutes: minutes ?? (rounds === undefined ? 5 : Number.POSITIVE_INFINITY),
    rounds: rounds ?? Number.POSITIVE_INFINITY,
    seed,
    chosen: only,
    json,
  };
}
