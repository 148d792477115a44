/** @file All scenarios, in the order in which rounds take turns. */
import { doors } from './hostile/access.js';
import { content } from './hostile/content.js';
import { floods } from './hostile/floods.js';
import { malformed } from './hostile/malformed.js';
import { kills } from './kills/kills.js';
import { commandRaces } from './races/commands.js';
import { jobRaces } from './races/jobs.js';
import { shotRaces } from './races/shots.js';
import type { Scenario } from './scenario.js';

export const scenarios: readonly Scenario[] = [
  ...kills,
  ...floods,
  malformed,
  ...doors,
  ...content,
  ...jobRaces,
  ...shotRaces,
  ...commandRaces,
];

export const fullName = ({ part, name }: Scenario): string => `${part}/${name}`;
